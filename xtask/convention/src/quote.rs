//! Quotes names from modules for messages: any UTF-8 string can be a name.

use std::borrow::Cow;
use std::fmt::Write as _;

/// How many names of a longer list a message shows, before `…`.
const LISTED: usize = 3;

/// A name for a message: unchanged if it has no white space and no control characters, else in
/// double quotes with control characters escaped, as a terminal would act on them. Quotes make
/// empty names and leading blanks visible.
pub(crate) fn quoted(name: &str) -> Cow<'_, str> {
    let is_word = |c: char| c == '"' || c == '\'' || c == '\\' || c.escape_debug().len() == 1;
    if !name.is_empty() && !name.contains(char::is_whitespace) && name.chars().all(is_word) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("\"{}\"", name.escape_debug()))
}

/// Names in backquotes, separated by commas: all of up to four names, else the first three and
/// `…`.
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

    #[test]
    fn lists_of_more_than_four_names_end_in_dots() {
        assert_eq!(listed(["a", "b", "c", "d"].into_iter()), "`a`, `b`, `c`, `d`");
        assert_eq!(listed(["a", "b", "c", "d", "e"].into_iter()), "`a`, `b`, `c`, …");
    }
}
