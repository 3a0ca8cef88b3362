//! Removes the duplicates of a list. The time grows as the square of the list.

use polyreactor_guest::export;

/// `numbers` without those that came before.
#[export]
pub fn unique(numbers: &[u32]) -> Vec<u32> {
    let mut kept = Vec::new();
    for &number in numbers {
        if !kept.contains(&number) {
            kept.push(number);
        }
    }
    kept
}
