//! std and a single export: the case in which position is the weakest evidence of wrapping.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! CALLS: inc(1) = 21; inc(21) = 42

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

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
