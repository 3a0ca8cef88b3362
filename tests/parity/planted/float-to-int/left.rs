//! Rounds a number to an integer. What is too large becomes the nearest integer that there is.

use polyreactor_guest::export;

/// The integer nearest to `x`.
#[export]
pub fn round(x: f64) -> i32 {
    x.round() as i32
}
