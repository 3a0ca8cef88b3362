//! Removes the zeros of a list. Every number is looked at.

use polyreactor_guest::export;

/// `numbers` without zeros.
#[export]
pub fn without_zeros(numbers: &[i32]) -> Vec<i32> {
    let mut kept = numbers.to_vec();
    let mut at = 0;
    while at < kept.len() {
        if kept[at] == 0 {
            kept.remove(at);
        } else {
            at += 1;
        }
    }
    kept
}
