//! Adds up the numbers of a list. The addition begins at the last number.

use polyreactor_guest::export;

/// The sum of all `numbers`.
#[export]
pub fn sum(numbers: &[f64]) -> f64 {
    numbers.iter().rev().fold(0.0, |total, number| total + number)
}
