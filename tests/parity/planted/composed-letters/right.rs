//! Stores a name, without spaces around it. A vowel and an accent after it remain two characters.

use polyreactor_guest::export;

/// `name` as it is stored.
#[export]
pub fn store(name: &str) -> String {
    name.trim_matches(' ').to_owned()
}
