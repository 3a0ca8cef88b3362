//! The place of a part of a TOML string in the file: escapes make the two differ.

use std::ops::Range;

/// The place in the file of the part `part` of the string `text`, whose literal is at `literal`.
/// The whole literal, if it is not written as this string.
pub(super) fn inside(
    file: &str,
    literal: &Range<usize>,
    text: &str,
    part: &Range<usize>,
) -> Range<usize> {
    let Some(source) = file.get(literal.clone()) else { return literal.clone() };
    // An escaped line end and an empty string have no place for a part.
    let Some(offsets) = offsets(source, text) else { return literal.clone() };
    let find = |at: usize| {
        let found = offsets.binary_search_by_key(&at, |(of_text, _)| *of_text);
        offsets.get(found.unwrap_or_else(|next| next)).map_or(source.len(), |(_, raw)| *raw)
    };
    let start = literal.start + find(part.start);
    start..(literal.start + find(part.end)).max(start)
}

/// The offsets of each character, and of the end, in the string and in its literal; `None` if the
/// literal is not that of this string.
fn offsets(source: &str, text: &str) -> Option<Vec<(usize, usize)>> {
    let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|it| source.starts_with(it));
    // A bare key has no quotes.
    let quotes = quotes.unwrap_or("");
    let body = source.strip_prefix(quotes)?.strip_suffix(quotes)?;
    let has_escapes = quotes.starts_with('"');
    let mut raw = source.len() - quotes.len() - body.len();
    let mut rest = body;
    if quotes.len() == 3 {
        rest = rest.strip_prefix("\r\n").or(rest.strip_prefix('\n')).unwrap_or(rest);
        raw += body.len() - rest.len();
    }
    let (mut offsets, mut at) = (Vec::new(), 0);
    while let Some(character) = rest.chars().next() {
        let (character, length) = match character {
            '\\' if has_escapes => escape(rest)?,
            other => (other, other.len_utf8()),
        };
        offsets.push((at, raw));
        if !text[at..].starts_with(character) {
            return None;
        }
        at += character.len_utf8();
        raw += length;
        rest = &rest[length..];
    }
    offsets.push((at, raw));
    (at == text.len()).then_some(offsets)
}

/// The character of the escape at the beginning, and the length of the escape.
fn escape(text: &str) -> Option<(char, usize)> {
    let digits = |count: usize| {
        let code = u32::from_str_radix(text.get(2..2 + count)?, 16).ok()?;
        Some((char::from_u32(code)?, 2 + count))
    };
    match text[1..].chars().next()? {
        'b' => Some(('\u{8}', 2)),
        't' => Some(('\t', 2)),
        'n' => Some(('\n', 2)),
        'f' => Some(('\u{c}', 2)),
        'r' => Some(('\r', 2)),
        'e' => Some(('\u{1b}', 2)),
        same @ ('"' | '\\') => Some((same, 2)),
        'x' => digits(2),
        'u' => digits(4),
        'U' => digits(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::*;

    /// The part of the file at which the `x` of the string is.
    #[track_caller]
    fn of_x(literal: &str) -> String {
        let file = format!("a = 1\nb = {literal}\n");
        let (table, errors) = DeTable::parse_recoverable(&file);
        assert!(errors.is_empty(), "{errors:?}");
        let value = &table.get_ref()["b"];
        let text = value.get_ref().as_str().unwrap();
        let at = text.find('x').unwrap();
        file[inside(&file, &value.span(), text, &(at..at + 1))].to_owned()
    }

    #[test]
    fn a_part_has_its_own_place_behind_escapes() {
        for literal in [
            r#""x""#,
            "'x'",
            r#""\"é\u00e9\U0001F600\t\\x\n""#,
            r"'\n\x'",
            "'''\n\\ \nx'''",
            "\"\"\"\nab\nx\\n\"\"\"",
            "\"\"\"\"x\"\"\"",
        ] {
            assert_eq!(of_x(literal), "x", "{literal}");
        }
        // An escaped line end is not followed.
        assert_eq!(of_x("\"\"\"a\\\n  x\"\"\""), "\"\"\"a\\\n  x\"\"\"");
        assert_eq!(of_x(r#""\x78""#), r"\x78");
    }

    #[test]
    fn the_end_of_a_string_is_before_its_quotes() {
        assert_eq!(inside(r#""ab""#, &(0..4), "ab", &(2..2)), 3..3);
        assert_eq!(inside("key", &(0..3), "key", &(1..2)), 1..2);
        assert_eq!(inside(r#""""#, &(0..2), "", &(0..0)), 1..1);
        assert_eq!(inside("x", &(5..9), "x", &(0..1)), 5..9);
    }
}
