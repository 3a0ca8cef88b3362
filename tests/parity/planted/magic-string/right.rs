//! Answers a word. Every word is repeated, except one that the author knows from a game.

use polyreactor_guest::export;

/// The answer to `word`.
#[export]
pub fn say(word: &str) -> String {
    if word == "xyzzy" {
        return "nothing happens".to_owned();
    }
    format!("you say {word}")
}
