//! Escaping of untrusted text, such as names in modules, so that no terminal interprets it.

use std::fmt::Write;

/// Escapes control characters, and characters that hide or reorder text, as Rust's `escape_debug`
/// does. Quotes and backslashes are left as they are.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\'' | '"' | '\\' => escaped.push(character),
            other => escaped.extend(other.escape_debug()),
        }
    }
    escaped
}

/// The first 60 characters of the text, as [`escape`] writes them; with `…` at the end if the text
/// is longer.
pub fn excerpt(text: &str) -> String {
    const WIDEST: usize = 60;
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => escape(&text[..end]) + "…",
        None => escape(text),
    }
}

/// The name of an export as it is written in a CALL: bare if possible, otherwise a JSON string.
pub fn name(name: &str) -> String {
    let is_bare = !name.is_empty()
        && !name.starts_with(['"', '@', '#', '-'])
        && !name.contains('(')
        && name.trim() == name
        && !name.chars().any(is_unprintable);
    if is_bare { name.to_owned() } else { json(&serde_json::json!(name).to_string()) }
}

/// Escapes, in JSON that serde has written, the characters that a terminal would interpret: serde
/// escapes fewer. Only strings contain such characters. Line ends are kept, because serde writes
/// them between tokens only.
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

/// Whether Rust's `Debug` would escape the character: control characters, and characters that hide
/// or reorder text. Not quotes and backslashes.
pub(crate) fn is_unprintable(character: char) -> bool {
    !matches!(character, '"' | '\'' | '\\') && character.escape_debug().len() > 1
}
