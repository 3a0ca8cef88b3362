//! Removes the duplicates of a list. The time grows about as the list does.

use std::collections::BTreeSet;

use polyreactor_guest::export;

/// `numbers` without those that came before.
#[export]
pub fn unique(numbers: &[u32]) -> Vec<u32> {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for &number in numbers {
        if seen.insert(number) {
            kept.push(number);
        }
    }
    kept
}
