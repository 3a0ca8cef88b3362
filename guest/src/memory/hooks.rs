//! The functions that the exports `polyreactor_alloc` and `polyreactor_free` call. The exports
//! themselves are in the static library of the build script, which is linked in only if something
//! refers to [`install`], by [`Setup::MEMORY`](crate::abi::Setup::MEMORY).

use super::allocate;

#[repr(C)]
struct Hooks {
    alloc: Option<extern "C" fn(i32, i32) -> i32>,
    free: Option<extern "C" fn(i32, i32, i32)>,
}

unsafe extern "C" {
    static mut polyreactor_guest_hooks: Hooks;
}

pub(crate) extern "C" fn install() {
    // SAFETY: the static library of the build script defines the variable with this layout;
    // nothing else runs while constructors do.
    unsafe { polyreactor_guest_hooks = Hooks { alloc: Some(alloc), free: Some(free) } }
}

extern "C" fn alloc(size: i32, align: i32) -> i32 {
    // Exposed, because later calls get the address from the host as a plain number.
    allocate(size as u32 as usize, align as u32 as usize).expose_provenance() as i32
}

extern "C" fn free(start: i32, size: i32, align: i32) {
    let who = "the host called `polyreactor_free` for";
    super::free(start as u32 as usize, size as u32 as usize, align as u32 as usize, who);
}
