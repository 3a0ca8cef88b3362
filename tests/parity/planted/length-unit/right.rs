//! Measures a text. The length is that in bytes.

use polyreactor_guest::export;

/// The length of `text`.
#[export]
pub fn length(text: &str) -> u32 {
    text.len() as u32
}
