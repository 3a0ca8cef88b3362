//! Rounds a number to an integer. What is too large loses its high bits.

use polyreactor_guest::export;

/// The integer nearest to `x`.
#[export]
pub fn round(x: f64) -> i32 {
    x.round() as i64 as i32
}
