//! Returns the absolute value of a number. For a NaN the usual NaN is returned.

use polyreactor_guest::export;

/// The absolute value of `x`.
#[export]
pub fn positive(x: f64) -> f64 {
    if x.is_nan() { f64::NAN } else { x.abs() }
}
