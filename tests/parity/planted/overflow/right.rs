//! Adds two amounts. A sum that is too large stays at the limit.

use polyreactor_guest::export;

/// The sum of `a` and `b`.
#[export]
pub fn add(a: i64, b: i64) -> i64 {
    a.saturating_add(b)
}
