//! A plugin that counts words: text in, a record out, and a total that is kept from call to call.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use polyreactor_guest::{HostLayout, export};

/// The counts of one text, and the total of words of all texts so far.
#[derive(HostLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Counts {
    /// Number of words.
    pub words: u32,
    /// Number of lines; the last line counts with or without a line end.
    pub lines: u32,
    /// Length of the longest word, in characters.
    pub longest: u32,
    /// Number of words of all texts since the last [`reset`].
    pub total: u64,
}

/// Lasts from call to call, because a reactor is initialised once.
static TOTAL: AtomicU64 = AtomicU64::new(0);

/// Fills in a record in memory that the host has allocated. Words are separated by spaces, tabs and
/// line ends; the last line counts with or without a line end.
#[export]
pub fn count(text: &str, result: &mut Counts) {
    let mut found = Counts::default();
    for word in text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()) {
        found.words += 1;
        found.longest = found.longest.max(word.chars().count() as u32);
    }
    found.lines = text.lines().count() as u32;
    let words = u64::from(found.words);
    found.total = TOTAL.fetch_add(words, Relaxed) + words;
    *result = found;
}

/// Sets the total to 0.
#[export]
pub fn reset() {
    TOTAL.store(0, Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted() {
        reset();
        let mut seen = Counts::default();
        count("one two\n\tthrée\r\n", &mut seen);
        assert_eq!(seen, Counts { words: 3, lines: 2, longest: 5, total: 3 });
        count("four", &mut seen);
        assert_eq!(seen, Counts { words: 1, lines: 1, longest: 4, total: 4 });
        count("", &mut seen);
        assert_eq!(seen, Counts { words: 0, lines: 0, longest: 0, total: 4 });
    }
}
