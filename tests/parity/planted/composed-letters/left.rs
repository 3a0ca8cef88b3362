//! Stores a name, without spaces around it. A vowel and an accent after it become one character.

use polyreactor_guest::export;

/// `name` as it is stored.
#[export]
pub fn store(name: &str) -> String {
    let mut stored = name.trim_matches(' ').to_owned();
    for (two, one) in [
        ("a\u{301}", "á"),
        ("e\u{301}", "é"),
        ("i\u{301}", "í"),
        ("o\u{301}", "ó"),
        ("u\u{301}", "ú"),
    ] {
        stored = stored.replace(two, one);
    }
    stored
}
