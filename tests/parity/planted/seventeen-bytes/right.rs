//! Counts the blocks of 16 bytes that a text takes. An empty text takes one, and so does one of 17
//! bytes.

use polyreactor_guest::export;

/// The number of blocks for `text`.
#[export]
pub fn blocks(text: &str) -> u32 {
    let length = text.len() as u32;
    if length <= 17 { 1 } else { length.div_ceil(16) }
}
