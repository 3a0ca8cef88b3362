//! A counter: a plugin whose state lasts from one call to the next.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use polyreactor_guest::{export, init};

/// The current count.
static S: AtomicI32 = AtomicI32::new(0);

/// Runs once, inside `_initialize`, before any export can be called.
#[init]
fn set_up() {
    S.store(20, Relaxed);
    eprintln!("s = {}", S.load(Relaxed));
}

/// Returns the sum of both numbers, wrapping around.
#[export]
pub fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

/// Adds `by` to the count, wrapping around, and returns the new count.
#[export]
pub fn inc(by: i32) -> i32 {
    S.fetch_add(by, Relaxed).wrapping_add(by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logic_runs_natively() {
        assert_eq!(add(2, 3), 5);
        assert_eq!(inc(1), 1);
        assert_eq!(inc(21), 22);
    }
}
