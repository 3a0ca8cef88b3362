//! Makes a text of bytes. It trusts that the bytes are UTF-8.

use polyreactor_guest::export;

/// The text that `bytes` are.
#[export]
pub fn text(bytes: &[u8]) -> String {
    // SAFETY: none, and that is the fault: nobody has checked the bytes.
    unsafe { String::from_utf8_unchecked(bytes.to_vec()) }
}
