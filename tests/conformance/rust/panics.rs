//! A panic with debug information: `patch` must not change the line that its backtrace names.
//!
//! BUILD: debug -C debuginfo=2 -C strip=none
//! BUILD: named
//! CALLS: fail(1) = 21; fail(0) = trap

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

static S: AtomicI32 = AtomicI32::new(0);

#[unsafe(link_section = ".init_array")]
#[used]
static CONSTRUCTOR: extern "C" fn() = set_up;

extern "C" fn set_up() {
    S.fetch_add(20, Relaxed);
}

#[unsafe(no_mangle)]
pub extern "C" fn fail(by: i32) -> i32 {
    deeper(by)
}

#[inline(never)]
fn deeper(by: i32) -> i32 {
    assert!(by != 0, "nothing to add"); // HERE
    S.fetch_add(by, Relaxed) + by
}
