//! An exported `static` and an export whose name begins with `__` are the author's, not linker
//! leftovers: `patch` keeps both.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! CALLS: inc(1) = 21; inc(21) = 42; __mine() = 7
//! EXPORTS: VERSION

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

#[unsafe(no_mangle)]
pub static VERSION: i32 = 3;

static S: AtomicI32 = AtomicI32::new(0);

#[unsafe(link_section = ".init_array")]
#[used]
static CONSTRUCTOR: extern "C" fn() = set_up;

extern "C" fn set_up() {
    S.fetch_add(20, Relaxed);
}

#[unsafe(no_mangle)]
pub extern "C" fn inc(by: i32) -> i32 {
    S.fetch_add(by, Relaxed) + by
}

#[unsafe(no_mangle)]
pub extern "C" fn __mine() -> i32 {
    VERSION + 4
}
