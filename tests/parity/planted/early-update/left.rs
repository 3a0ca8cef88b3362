//! Keeps an account that holds 100 at first. A refused withdrawal leaves the balance alone.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use polyreactor_guest::export;

static BALANCE: AtomicI64 = AtomicI64::new(100);

/// Takes `amount` away, and returns whether there was enough.
#[export]
pub fn withdraw(amount: u32) -> bool {
    let left = BALANCE.load(Relaxed) - i64::from(amount);
    if left < 0 {
        return false;
    }
    BALANCE.store(left, Relaxed);
    true
}

/// What is in the account.
#[export]
pub fn balance() -> i64 {
    BALANCE.load(Relaxed)
}
