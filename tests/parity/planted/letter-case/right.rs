//! Writes a text in lower case. Only the letters A to Z are changed.

use polyreactor_guest::export;

/// `text` in lower case.
#[export]
pub fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}
