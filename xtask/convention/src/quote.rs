//! Quotes names from modules for messages: any UTF-8 string can be a name.

use std::fmt::Write as _;

pub(crate) use polyreactor_contract::quote::quoted;

/// How many names of a longer list a message shows, before `…`.
const LISTED: usize = 3;

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
    fn lists_of_more_than_four_names_end_in_dots() {
        assert_eq!(listed(["a", "b", "c", "d"].into_iter()), "`a`, `b`, `c`, `d`");
        assert_eq!(listed(["a", "b", "c", "d", "e"].into_iter()), "`a`, `b`, `c`, …");
    }
}
