//! Finds the lesser of two numbers. A NaN is ignored wherever it stands.

use polyreactor_guest::export;

/// The lesser of `a` and `b`.
#[export]
pub fn least(a: f64, b: f64) -> f64 {
    if a.is_nan() || b < a { b } else { a }
}
