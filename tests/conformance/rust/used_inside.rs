//! An export that the module itself calls, directly and through a pointer, and two exports of
//! one function.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! CALLS: inc(1) = 21; through_pointer(21) = 42; twice(0) = 42; again(0) = 42

use std::hint::black_box;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

static S: AtomicI32 = AtomicI32::new(0);

#[unsafe(link_section = ".init_array")]
#[used]
static CONSTRUCTOR: extern "C" fn() = set_up;

extern "C" fn set_up() {
    S.fetch_add(20, Relaxed);
}

#[unsafe(no_mangle)]
#[inline(never)]
pub extern "C" fn inc(by: i32) -> i32 {
    S.fetch_add(by, Relaxed) + by
}

#[unsafe(no_mangle)]
pub extern "C" fn twice(by: i32) -> i32 {
    inc(by);
    inc(by)
}

#[unsafe(no_mangle)]
pub extern "C" fn through_pointer(by: i32) -> i32 {
    let function: extern "C" fn(i32) -> i32 = black_box(inc);
    function(by)
}

#[unsafe(export_name = "again")]
pub extern "C" fn the_same(by: i32) -> i32 {
    S.fetch_add(by, Relaxed) + by
}
