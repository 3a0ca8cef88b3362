//! Names out of modules, which may be anything, as they stand in a message.

use std::borrow::Cow;
use std::fmt::Write as _;

/// How many names a message lists before it stops.
const LISTED: usize = 3;

/// A name as it is where it reads as a word; else in quotes, with what a terminal would act on
/// escaped. So a name of no characters, or one that begins with a blank, can be seen.
pub(crate) fn quoted(name: &str) -> Cow<'_, str> {
    let is_word = |c: char| c == '"' || c == '\'' || c == '\\' || c.escape_debug().len() == 1;
    if !name.is_empty() && !name.contains(char::is_whitespace) && name.chars().all(is_word) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("\"{}\"", name.escape_debug()))
}

/// Names one after the other: all, as long as they are few.
pub(crate) fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let count = names.len();
    let mut list = String::new();
    for (place, name) in names.take(if count > LISTED + 1 { LISTED } else { count }).enumerate() {
        let gap = if place == 0 { "" } else { ", " };
        let _ = write!(list, "{gap}`{}`", quoted(name));
    }
    if count > LISTED + 1 {
        list.push_str(", …");
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_word_is_in_quotes() {
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

    #[test]
    fn long_lists_end_in_dots() {
        assert_eq!(listed(["a", "b", "c", "d"].into_iter()), "`a`, `b`, `c`, `d`");
        assert_eq!(listed(["a", "b", "c", "d", "e"].into_iter()), "`a`, `b`, `c`, …");
    }
}
