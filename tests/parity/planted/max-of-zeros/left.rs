//! Finds the greater of two numbers. Of two equal numbers it is the first.

use polyreactor_guest::export;

/// The greater of `a` and `b`.
#[export]
pub fn greatest(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}
