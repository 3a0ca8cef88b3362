//! The sections of a module as they lie in its bytes, nothing of them decoded.

use std::ops::Range;

use wasmparser::BinaryReader;

use crate::Malformed;

/// How long a module's preamble is, in bytes.
pub(crate) const PREAMBLE: usize = 8;

/// A section of a binary, by places in it.
#[derive(Debug, Clone)]
pub(crate) struct RawSection<'a> {
    /// Its number; 0 for a custom section.
    pub(crate) id: u8,
    /// The name of a custom section; else empty.
    pub(crate) name: &'a str,
    /// The section with its number and its size.
    pub(crate) whole: Range<usize>,
    /// Its contents; those of a custom section without its name.
    pub(crate) content: Range<usize>,
}

/// The sections of what begins with the preamble of a module.
///
/// # Errors
///
/// [`Malformed`] where they cannot be told apart.
pub(crate) fn sections(bytes: &[u8]) -> Result<Vec<RawSection<'_>>, Malformed> {
    let rest = bytes.get(PREAMBLE..).unwrap_or_default();
    let mut reader = BinaryReader::new(rest, PREAMBLE);
    let mut sections = Vec::new();
    while !reader.eof() {
        let start = reader.original_position();
        let id = reader.read_u8()?;
        let mut inside = reader.read_reader()?;
        let name = if id == 0 { inside.read_string()? } else { "" };
        let end = reader.original_position();
        let content = inside.original_position()..end;
        sections.push(RawSection { id, name, whole: start..end, content });
    }
    Ok(sections)
}
