//! Pieces of bytes in the place of others.

use std::ops::Range;

use wasm_encoder::Encode;

/// What is to stand in place of what: places in the whole module, in order, none in another.
pub(super) type Splices = Vec<(Range<usize>, Vec<u8>)>;

/// The bytes of `range`, with the splices in it done.
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

/// A number as Wasm has it, not shorter than `width` bytes.
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
    fn numbers_are_as_wide_as_their_places() {
        assert_eq!(number(3, 1), [3]);
        assert_eq!(number(3, 2), [0x83, 0]);
        assert_eq!(number(3, 5), [0x83, 0x80, 0x80, 0x80, 0]);
        assert_eq!(number(300, 1), [0xac, 2]);
        assert_eq!(number(300, 3), [0xac, 0x82, 0]);
    }

    #[test]
    fn pieces_stand_in_the_place_of_others() {
        let splices = vec![(1..2, vec![9, 9]), (3..3, vec![8])];
        assert_eq!(spliced(&[0, 1, 2, 3, 4], 0..4, &splices), [0, 9, 9, 2, 8, 3]);
    }
}
