//! Writes a text in lower case. Every letter is changed.

use polyreactor_guest::export;

/// `text` in lower case.
#[export]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}
