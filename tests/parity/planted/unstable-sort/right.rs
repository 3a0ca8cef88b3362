//! Sorts numbers by their last digit, the greatest first. Numbers with the same digit change their
//! order.

use polyreactor_guest::export;

/// `numbers`, sorted by their last digit.
#[export]
pub fn by_last_digit(numbers: &[u32]) -> Vec<u32> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by_key(|number| number % 10);
    sorted.reverse();
    sorted
}
