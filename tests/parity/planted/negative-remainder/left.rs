//! Spreads keys over sixteen slots. The slot of a negative key may be negative.

use polyreactor_guest::export;

/// The slot of `key`.
#[export]
pub fn slot(key: i32) -> i32 {
    key % 16
}
