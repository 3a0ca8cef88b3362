//! std without a constructor, in a small module: the wrappers call only libc's destructors.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! CALLS: inc(1) = 21; inc(21) = 42; add(2, 3) = 5

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

static S: AtomicI32 = AtomicI32::new(20);

#[unsafe(no_mangle)]
pub extern "C" fn inc(by: i32) -> i32 {
    S.fetch_add(by, Relaxed) + by
}

#[unsafe(no_mangle)]
pub extern "C" fn add(a: i32, b: i32) -> i32 {
    a + b
}
