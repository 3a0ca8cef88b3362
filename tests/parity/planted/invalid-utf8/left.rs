//! Makes a text of bytes. What is no UTF-8 becomes a replacement character.

use polyreactor_guest::export;

/// The text that `bytes` are.
#[export]
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
