//! The name in a CALL: bare, or a JSON string.

use crate::fault::Fault;

/// Parses the name of a CALL. Returns the name, and the place where the `(` is expected.
pub(super) fn split(text: &str) -> Result<(String, usize), Fault> {
    let begin = text.len() - text.trim_start().len();
    if text[begin..].starts_with('"') {
        let mut strings = serde_json::Deserializer::from_str(&text[begin..]).into_iter::<String>();
        return match strings.next() {
            Some(Ok(name)) => Ok((name, begin + strings.byte_offset())),
            _ => {
                let cause = "the name in quotes is no JSON string";
                let remedy = "end it with `\"`, and escape as JSON does";
                Err(Fault::new(begin..text.len(), cause, remedy))
            }
        };
    }
    let end = text.find('(').unwrap_or(text.len());
    let name = text[..end].trim();
    if name.is_empty() {
        let cause = "the export's name is missing";
        return Err(Fault::new(end..end, cause, "write `NAME(ARGUMENTS)`"));
    }
    Ok((name.to_owned(), end))
}

#[cfg(test)]
mod tests {
    use crate::quote;

    #[test]
    fn names_are_bare_if_possible() {
        for bare in ["inc", "cabi_post_a:b/c#d", "größe", "two words", "a\\b", "it's"] {
            assert_eq!(quote::name(bare), bare);
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
            let text = quote::name(quoted);
            assert_eq!(serde_json::from_str::<String>(&text).unwrap(), quoted);
            assert!(text.chars().all(|character| !quote::is_unprintable(character)), "{text}");
        }
    }
}
