//! Answers a word. Every word is repeated.

use polyreactor_guest::export;

/// The answer to `word`.
#[export]
pub fn say(word: &str) -> String {
    format!("you say {word}")
}
