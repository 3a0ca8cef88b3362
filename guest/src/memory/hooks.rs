//! The exports `polyreactor_alloc` and `polyreactor_free`, which exist in a plugin that refers
//! to [`Setup`]: see the build script.

use super::{give_back, take};

#[repr(C)]
struct Hooks {
    alloc: Option<extern "C" fn(i32, i32) -> i32>,
    free: Option<extern "C" fn(i32, i32, i32)>,
}

unsafe extern "C" {
    static mut polyreactor_guest_hooks: Hooks;
}

pub(crate) extern "C" fn install() {
    // SAFETY: the library of the build script defines it, with this layout; nothing else
    // runs while constructors do.
    unsafe { polyreactor_guest_hooks = Hooks { alloc: Some(alloc), free: Some(free) } }
}

extern "C" fn alloc(size: i32, align: i32) -> i32 {
    // The host writes there, and comes back with the address alone.
    take(size as u32 as usize, align as u32 as usize).expose_provenance() as i32
}

extern "C" fn free(start: i32, size: i32, align: i32) {
    let who = "the host called `polyreactor_free` for";
    give_back(start as u32 as usize, size as u32 as usize, align as u32 as usize, who);
}
