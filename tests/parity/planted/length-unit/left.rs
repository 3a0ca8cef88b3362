//! Measures a text. The length is that in characters.

use polyreactor_guest::export;

/// The length of `text`.
#[export]
pub fn length(text: &str) -> u32 {
    text.chars().count() as u32
}
