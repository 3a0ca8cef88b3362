//! Text from strangers, such as names in modules, written so that no terminal acts on it.

use std::fmt::Write;

/// Text for a person, with control characters escaped as Rust has them.
pub fn escape(text: &str) -> String {
    // Quotes can do no harm and are left as they are.
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\'' | '"' | '\\' => escaped.push(character),
            other => escaped.extend(other.escape_debug()),
        }
    }
    escaped
}

/// The text as [`escape`] writes it, cut after 60 characters, with `…` at the end.
pub fn excerpt(text: &str) -> String {
    const WIDEST: usize = 60;
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => escape(&text[..end]) + "…",
        None => escape(text),
    }
}

/// A name as a CALL has it: bare where it can be, otherwise a JSON string.
pub fn name(name: &str) -> String {
    let is_bare = !name.is_empty()
        && !name.starts_with(['"', '@', '#', '-'])
        && !name.contains('(')
        && name.trim() == name
        && !name.chars().any(is_unprintable);
    if is_bare { name.to_owned() } else { json(&serde_json::json!(name).to_string()) }
}

/// JSON as serde writes it, without what a terminal would act on: serde escapes less. Only
/// strings hold such characters, and a line's end is not part of one.
pub fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' || !is_unprintable(character) {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(escaped, "\\u{unit:04x}").expect("a String takes everything");
        }
    }
    escaped
}

/// What Rust's `Debug` would escape: control characters, and those that hide or turn text.
pub(crate) fn is_unprintable(character: char) -> bool {
    !matches!(character, '"' | '\'' | '\\') && character.escape_debug().len() > 1
}
