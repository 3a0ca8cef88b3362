//! Strings: characters from simple to less simple, lengths at which buffers end, and words that the
//! modules contain.

use super::choices::{Source, SpanKind};
use super::dictionary::Dictionary;

/// The simplest characters, the simplest first. All others follow by their code points.
const SIMPLE: &str =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-_/:;!?'\"()";

/// Texts in which implementations differ: case, composition, width, white space, controls.
const SPECIAL: [&str; 22] = [
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "ı",
    "Å",
    "ǅ",
    "Σς",
    "日本",
    "👩‍👩‍👧",
    "🦀",
    "\u{fffd}",
    "\u{feff}",
    "\0",
    "\n",
    "\r\n",
    "\t",
    "  ",
    "\u{a0}",
    "\u{202e}",
    "\u{10ffff}",
    "ﬁ",
];

/// Lengths at which buffers end.
const LENGTHS: [usize; 16] = [0, 1, 2, 3, 4, 7, 8, 12, 16, 24, 32, 64, 100, 128, 256, 1000];

/// The number of characters, without surrogates.
const CHARACTERS: u64 = 0x11_0000 - 0x800;

/// Draws a string of `least` to `most` characters.
pub(crate) fn text(
    source: &mut Source,
    (least, most): (usize, usize),
    dictionary: &Dictionary,
    recent: &[String],
) -> String {
    let planned = source.plan(|rng| plan(rng, dictionary, recent));
    let planned: Vec<char> = planned.unwrap_or_default().chars().collect();
    elements(source, (least, most), planned.len(), |source, number| {
        let index = source.draw(CHARACTERS - 1, |_| planned.get(number).copied().map_or(0, index));
        character(index)
    })
}

/// The choices that give `text`, where any length is in range.
pub(crate) fn encode(text: &str) -> Vec<u64> {
    text.chars().flat_map(|character| [1, index(character)]).chain([0]).collect()
}

/// Draws a list of `least` to `most` elements, each with `one`; a random source draws `planned`
/// elements.
pub(crate) fn elements<T, C: FromIterator<T>>(
    source: &mut Source,
    (least, most): (usize, usize),
    planned: usize,
    mut one: impl FnMut(&mut Source, usize) -> T,
) -> C {
    let mut number = 0;
    std::iter::from_fn(|| {
        if number > most {
            return None;
        }
        let drawn = source.span(SpanKind::Element, |source| {
            // The longest one has an end too, so that the choices that follow keep their places
            // when an element is cut out.
            let max = u64::from(number < most);
            let goes_on = number < least || source.draw(max, |_| (number < planned).into()) == 1;
            goes_on.then(|| one(source, number))
        });
        number += 1;
        drawn
    })
    .collect()
}

/// A length for a list, most often a short one.
pub(crate) fn length(rng: &mut fastrand::Rng, dictionary: &Dictionary) -> usize {
    match rng.u32(0..100) {
        0..70 => rng.usize(0..=6),
        70..92 => {
            let length = LENGTHS[rng.usize(..LENGTHS.len() - 2)];
            (length + rng.usize(0..=2)).saturating_sub(1)
        }
        92..97 if !dictionary.integers.is_empty() => {
            let known = dictionary.integers.pick(rng).copied().unwrap_or_default();
            usize::try_from(known).ok().filter(|length| *length <= 300).unwrap_or(2)
        }
        _ => LENGTHS[rng.usize(..LENGTHS.len())],
    }
}

fn plan(rng: &mut fastrand::Rng, dictionary: &Dictionary, recent: &[String]) -> String {
    let word = |rng: &mut fastrand::Rng| dictionary.words.pick(rng).cloned().unwrap_or_default();
    match rng.u32(0..100) {
        0..40 => {
            let length = length(rng, dictionary);
            let alphabet = [2, 26, SIMPLE.len()][rng.usize(..3)];
            (0..length).map(|_| character(rng.u64(..alphabet as u64))).collect()
        }
        40..55 => word(rng),
        55..65 if !recent.is_empty() => recent[rng.usize(..recent.len())].clone(),
        65..75 => {
            let count = rng.usize(1..=6);
            let words: Vec<_> =
                (0..count).map(|_| ["a", "b", "be", "to", "x1"][rng.usize(..5)]).collect();
            words.join([" ", ", ", "\n", "  "][rng.usize(..4)])
        }
        75..80 => format!(" {} ", word(rng)),
        _ => {
            let count = rng.usize(1..=3);
            let part = |rng: &mut fastrand::Rng| match rng.u32(0..3) {
                0 => "a",
                _ => SPECIAL[rng.usize(..SPECIAL.len())],
            };
            (0..count).map(|_| part(rng)).collect()
        }
    }
}

fn character(index: u64) -> char {
    if let Some(simple) = SIMPLE.as_bytes().get(index as usize) {
        return char::from(*simple);
    }
    // The code points that are left, in order; there are fewer than `CHARACTERS`.
    let code = (index as u32).saturating_sub(SIMPLE.len() as u32);
    let code = if code >= 0xd800 { code + 0x800 } else { code };
    char::from_u32(code).unwrap_or('a')
}

fn index(character: char) -> u64 {
    if let Some(at) = SIMPLE.find(character) {
        return at as u64;
    }
    let code = u32::from(character);
    let code = if code >= 0xe000 { code - 0x800 } else { code };
    u64::from(code) + SIMPLE.len() as u64
}

#[cfg(test)]
mod tests {
    use super::{character, index};

    #[test]
    fn every_character_has_an_index() {
        for wanted in ['a', 'Z', ' ', '\0', '\n', 'é', '日', '🦀', '\u{d7ff}', '\u{e000}'] {
            assert_eq!(character(index(wanted)), wanted);
        }
        assert_eq!(character(0), 'a');
    }
}
