//! The parts of a call as text, and where they end: brackets and quotes are skipped as a whole.

use std::ops::Range;

use polyreactor_contract::{Call, Fault, quote};

use super::super::fault::at;

/// The parts of one call, as places in the text.
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) name_place: Range<usize>,
    /// From the name to the `)`.
    pub(super) call: Range<usize>,
    pub(super) arguments: Vec<Range<usize>>,
    /// The number after `*`.
    pub(super) times: Option<Range<usize>>,
    /// What follows, from its `=`, `→` or `!` on; empty if nothing does.
    pub(super) expected: Range<usize>,
    /// The place after the `;`, or the end of the text.
    pub(super) end: usize,
}

/// The name of a function and its arguments, from `start` on.
pub(in super::super) struct Head {
    pub(in super::super) name: String,
    pub(in super::super) name_place: Range<usize>,
    pub(in super::super) arguments: Vec<Range<usize>>,
    /// The place after the `)`.
    pub(in super::super) end: usize,
}

/// Splits the call that begins at `start`.
pub(super) fn call(text: &str, start: usize) -> Result<Parts, Fault> {
    let start = skip_space(text, start);
    let Head { name, name_place, arguments, end } = head(text, start)?;
    let call = start..end;
    let mut here = skip_space(text, end);
    let mut times = None;
    if text[here..].starts_with('*') {
        let begin = skip_space(text, here + 1);
        let length = text[begin..].find(|c: char| !c.is_ascii_digit());
        here = length.map_or(text.len(), |length| begin + length);
        times = Some(begin..here);
        here = skip_space(text, here);
    }
    let end = until(text, here, &[";"]).unwrap_or(text.len());
    let expected = here..here + text[here..end].trim_end().len();
    let end = text.len().min(end + 1);
    Ok(Parts { name, name_place, call, arguments, times, expected, end })
}

/// Splits a name and the arguments in parentheses. The name is the text before the first `(`, or a
/// JSON string.
pub(in super::super) fn head(text: &str, start: usize) -> Result<Head, Fault> {
    // `Call` has the better messages, but wants the whole rest to be one call.
    let unbalanced = || match Call::parse(&text[start..]) {
        Err(fault) => fault.map(|place| place.start + start..place.end + start),
        Ok(_) => at(start..text.len(), "this is no CALL", "write `NAME(ARGUMENTS)`"),
    };
    let rest = &text[start..];
    let (name, after) = if rest.starts_with('"') {
        let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        match strings.next() {
            Some(Ok(name)) => (name, start + strings.byte_offset()),
            _ => return Err(unbalanced()),
        }
    } else {
        let length = rest.find('(').ok_or_else(unbalanced)?;
        (rest[..length].trim_end().to_owned(), start + length)
    };
    let open = skip_space(text, after);
    if name.is_empty() && !rest.starts_with('"') || !text[open..].starts_with('(') {
        return Err(unbalanced());
    }
    let name_place = start..start + text[start..after].trim_end().len();
    let close = until(text, open + 1, &[")"]).ok_or_else(unbalanced)?;
    let arguments = separated(text, open + 1..close);
    Ok(Head { name, name_place, arguments, end: close + 1 })
}

/// The parts between commas. The last one may be followed by a comma, as in WAVE.
pub(super) fn separated(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let (mut parts, mut here) = (Vec::new(), range.start);
    loop {
        let comma = until(text, here, &[","]).filter(|comma| *comma < range.end);
        let end = comma.unwrap_or(range.end);
        let begin = skip_space(text, here).min(end);
        let part = begin..begin + text[begin..end].trim_end().len();
        match comma {
            None if part.is_empty() => return parts,
            None => {
                parts.push(part);
                return parts;
            }
            Some(comma) => {
                parts.push(part);
                here = comma + 1;
            }
        }
    }
}

/// The first place from `start` on, outside of brackets and quotes, where one of `stops` begins.
pub(in super::super) fn until(text: &str, start: usize, stops: &[&str]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut characters = text[start..].char_indices();
    while let Some((offset, character)) = characters.next() {
        let here = start + offset;
        if depth == 0 && stops.iter().any(|stop| text[here..].starts_with(stop)) {
            return Some(here);
        }
        match character {
            '(' | '[' | '{' => depth += 1,
            // A bracket that was not opened ends every search.
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            '"' | '\'' => {
                while let Some((_, inner)) = characters.next().filter(|(_, c)| *c != character) {
                    if inner == '\\' {
                        characters.next();
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// The place of the first character from `start` on that is no white space.
pub(in super::super) fn skip_space(text: &str, start: usize) -> usize {
    text.len() - text[start..].trim_start().len()
}

/// A fault for text after a call that is none of what may stand there.
pub(super) fn superfluous(text: &str, place: Range<usize>) -> Fault {
    let cause = format!("there is `{}` after the call", quote::excerpt(&text[place.clone()]));
    at(place, cause, "write ` = RESULT`, ` ! KIND`, or `;` and the next call")
}
