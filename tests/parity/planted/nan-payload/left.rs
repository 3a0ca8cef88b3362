//! Returns the absolute value of a number. A NaN is returned as it came.

use polyreactor_guest::export;

/// The absolute value of `x`.
#[export]
pub fn positive(x: f64) -> f64 {
    if x.is_nan() { x } else { x.abs() }
}
