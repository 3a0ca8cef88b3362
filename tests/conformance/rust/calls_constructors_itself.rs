//! The author's `_initialize` calls `__wasm_call_ctors`, as that of proxy-wasm does, so the
//! linker wraps no export.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! FAILS: plain 1.100 duplicate symbol: _initialize
//! FAILS: stripped 1.100 duplicate symbol: _initialize
//! CALLS: inc(1) = 121; inc(1) = 122; sets_up() = 1

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

static S: AtomicI32 = AtomicI32::new(0);
static SETS_UP: AtomicI32 = AtomicI32::new(0);

unsafe extern "C" {
    fn __wasm_call_ctors();
}

#[unsafe(link_section = ".init_array")]
#[used]
static CONSTRUCTOR: extern "C" fn() = set_up;

extern "C" fn set_up() {
    S.fetch_add(20, Relaxed);
    SETS_UP.fetch_add(1, Relaxed);
}

#[unsafe(no_mangle)]
pub extern "C" fn _initialize() {
    unsafe { __wasm_call_ctors() };
    S.fetch_add(100, Relaxed);
}

#[unsafe(no_mangle)]
pub extern "C" fn inc(by: i32) -> i32 {
    S.fetch_add(by, Relaxed) + by
}

#[unsafe(no_mangle)]
pub extern "C" fn sets_up() -> i32 {
    SETS_UP.load(Relaxed)
}
