//! Takes away the white space around a text. It does so on both sides.

use polyreactor_guest::export;

/// `text` without white space around it.
#[export]
pub fn trim(text: &str) -> String {
    text.trim().to_owned()
}
