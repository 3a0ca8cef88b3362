//! Writes a text in capital letters. Nothing is kept.

use polyreactor_guest::export;

/// `text` in capital letters.
#[export]
pub fn shout(text: &str) -> String {
    text.to_uppercase()
}
