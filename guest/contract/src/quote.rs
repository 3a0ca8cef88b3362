//! Escaping of untrusted text, such as names in modules, so that no terminal interprets it.

use std::borrow::Cow;
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

/// A name for a message: unchanged if it has no white space and no control characters, else in
/// double quotes with control characters escaped, as a terminal would act on them. Quotes make
/// empty names and leading blanks visible.
pub fn quoted(name: &str) -> Cow<'_, str> {
    let is_word = |c: char| !c.is_whitespace() && !is_unprintable(c);
    if !name.is_empty() && name.chars().all(is_word) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("\"{}\"", name.escape_debug()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_names_blanks_and_control_characters_are_quoted() {
        for word in ["inc", "größe", "a\\b", "it's", "cabi_post_a:b/c#d"] {
            assert_eq!(quoted(word), word);
        }
        for (name, shown) in [
            ("", r#""""#),
            (" a", r#"" a""#),
            ("a b", r#""a b""#),
            ("\u{1b}[31m", r#""\u{1b}[31m""#),
        ] {
            assert_eq!(quoted(name), shown);
        }
    }
}
