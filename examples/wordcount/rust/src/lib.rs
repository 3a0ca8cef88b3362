//! Counts words: text in, a record out, and a total that is kept from call to call.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use polyreactor_guest::{HostLayout, export};

/// What is known about one text, and the words of all texts so far.
#[derive(HostLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Counts {
    /// How many words there are.
    pub words: u32,
    /// How many lines; the last one counts with or without an end.
    pub lines: u32,
    /// How long the longest word is, in characters.
    pub longest: u32,
    /// The words of all texts since the last [`reset`].
    pub total: u64,
}

/// It outlives the calls: a reactor is set up once and stays.
static TOTAL: AtomicU64 = AtomicU64::new(0);

/// Fills in a record of the host's. Words are what stands between spaces, tabs and the ends
/// of lines; the last line counts with or without an end.
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

/// Forgets the total.
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
