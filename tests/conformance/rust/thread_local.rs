//! Thread-locals with destructors: they last from call to call and are never dropped.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! CALLS: inc(1) = 21; inc(21) = 42; dropped() = 0; count() = 3

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

static DROPPED: AtomicI32 = AtomicI32::new(0);

struct Noisy(Cell<i32>);

impl Drop for Noisy {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Relaxed);
    }
}

thread_local! {
    static S: Noisy = const { Noisy(Cell::new(20)) };
    static CALLS: RefCell<Vec<String>> = RefCell::new(vec!["made".to_owned()]);
}

#[unsafe(no_mangle)]
pub extern "C" fn inc(by: i32) -> i32 {
    CALLS.with_borrow_mut(|calls| calls.push(format!("inc {by}")));
    S.with(|s| s.0.replace(s.0.get() + by) + by)
}

#[unsafe(no_mangle)]
pub extern "C" fn dropped() -> i32 {
    DROPPED.load(Relaxed)
}

#[unsafe(no_mangle)]
pub extern "C" fn count() -> i32 {
    CALLS.with_borrow(|calls| calls.len() as i32)
}
