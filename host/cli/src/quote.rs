//! Names out of modules, which may be anything: written so that no terminal acts on them.

use std::fmt::Write;

/// Text for a person, control characters escaped.
pub(crate) fn escape(text: &str) -> String {
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

/// As [`escape`], cut to what fits into a message.
pub(crate) fn excerpt(text: &str) -> String {
    const WIDEST: usize = 60;
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => escape(&text[..end]) + "…",
        None => escape(text),
    }
}

/// A name as a CALL has it: bare where it can be, else a JSON string.
pub(crate) fn name(name: &str) -> String {
    let is_bare = !name.is_empty()
        && !name.starts_with(['"', '@', '#', '-'])
        && !name.contains('(')
        && name.trim() == name
        && !name.chars().any(is_unprintable);
    if is_bare { name.to_owned() } else { json(&serde_json::json!(name).to_string()) }
}

/// JSON as serde writes it, without what a terminal would act on: serde escapes less. Only
/// strings hold such characters, and a line's end is not part of one.
pub(crate) fn json(text: &str) -> String {
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
fn is_unprintable(character: char) -> bool {
    !matches!(character, '"' | '\'' | '\\') && character.escape_debug().len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_bare_where_they_can() {
        for bare in ["inc", "cabi_post_a:b/c#d", "größe", "two words", "a\\b", "it's"] {
            assert_eq!(name(bare), bare);
        }
    }

    #[test]
    fn quoted_names_are_json() {
        for quoted in [
            "",
            " a",
            "@a",
            "#a",
            "-a",
            "f(x)",
            "\"",
            "\u{1b}[31m",
            "\u{202e}",
            "\u{e0001}(",
            "a\nb",
        ] {
            let text = name(quoted);
            assert_eq!(serde_json::from_str::<String>(&text).unwrap(), quoted);
            assert!(text.chars().all(|character| !is_unprintable(character)), "{text}");
        }
    }
}
