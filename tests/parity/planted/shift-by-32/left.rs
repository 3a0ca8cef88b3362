//! Shifts a number to the left. Of the distance only the low five bits count.

use polyreactor_guest::export;

/// `x`, shifted by `by` bits.
#[export]
pub fn shift(x: u32, by: u32) -> u32 {
    x.wrapping_shl(by)
}
