//! Shifts a number to the left. A distance of 32 or more gives 0.

use polyreactor_guest::export;

/// `x`, shifted by `by` bits.
#[export]
pub fn shift(x: u32, by: u32) -> u32 {
    x.checked_shl(by).unwrap_or(0)
}
