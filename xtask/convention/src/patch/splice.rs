//! Splices: replacements of byte ranges.

use std::ops::Range;

use wasm_encoder::Encode;

/// Byte ranges of the whole module, each with the bytes that replace it: sorted, without overlaps.
pub(super) type Splices = Vec<(Range<usize>, Vec<u8>)>;

/// The bytes of `range`, with the splices applied. All of them must lie in `range`.
pub(super) fn spliced(bytes: &[u8], range: Range<usize>, splices: &Splices) -> Vec<u8> {
    let mut done = Vec::with_capacity(range.len());
    let mut at = range.start;
    for (place, piece) in splices {
        done.extend_from_slice(&bytes[at..place.start]);
        done.extend_from_slice(piece);
        at = place.end;
    }
    done.extend_from_slice(&bytes[at..range.end]);
    done
}

/// A number in LEB128, padded to at least `width` bytes, so that it fits where an old one stood.
pub(super) fn number(value: u32, width: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode(&mut bytes);
    let short = width.saturating_sub(bytes.len());
    if short > 0 {
        if let Some(last) = bytes.last_mut() {
            *last |= 0x80;
        }
        bytes.extend(std::iter::repeat_n(0x80, short - 1));
        bytes.push(0);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_padded_to_the_width_of_their_places() {
        assert_eq!(number(3, 1), [3]);
        assert_eq!(number(3, 2), [0x83, 0]);
        assert_eq!(number(3, 5), [0x83, 0x80, 0x80, 0x80, 0]);
        assert_eq!(number(300, 1), [0xac, 2]);
        assert_eq!(number(300, 3), [0xac, 0x82, 0]);
    }

    #[test]
    fn splices_replace_and_insert_bytes() {
        let splices = vec![(1..2, vec![9, 9]), (3..3, vec![8])];
        assert_eq!(spliced(&[0, 1, 2, 3, 4], 0..4, &splices), [0, 9, 9, 2, 8, 3]);
    }
}
