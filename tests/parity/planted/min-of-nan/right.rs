//! Finds the lesser of two numbers. A NaN in the first place is the result.

use polyreactor_guest::export;

/// The lesser of `a` and `b`.
#[export]
pub fn least(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}
