//! Counts the characters of a text. They are listed in alphabetical order.

use std::collections::BTreeMap;

use polyreactor_guest::export;

/// Each character of `text` and how often it occurs, as in `a1 b2`.
#[export]
pub fn census(text: &str) -> String {
    let mut counts = BTreeMap::<char, u32>::new();
    for letter in text.chars() {
        *counts.entry(letter).or_default() += 1;
    }
    let parts: Vec<String> = counts.iter().map(|(letter, n)| format!("{letter}{n}")).collect();
    parts.join(" ")
}
