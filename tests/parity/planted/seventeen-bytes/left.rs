//! Counts the blocks of 16 bytes that a text takes. An empty text takes one.

use polyreactor_guest::export;

/// The number of blocks for `text`.
#[export]
pub fn blocks(text: &str) -> u32 {
    let length = text.len() as u32;
    if length <= 16 { 1 } else { length.div_ceil(16) }
}
