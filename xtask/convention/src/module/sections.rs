//! The raw sections of a module: their positions in the bytes, without decoding the contents.

use std::ops::Range;

use wasmparser::BinaryReader;

use crate::Malformed;

/// The length of a module's preamble (magic number and version), in bytes.
pub(crate) const PREAMBLE: usize = 8;

/// A section of a module, as byte ranges in the module.
#[derive(Debug, Clone)]
pub(crate) struct RawSection<'a> {
    /// The section id; 0 for a custom section.
    pub(crate) id: u8,
    /// The name of a custom section; empty for other sections.
    pub(crate) name: &'a str,
    /// The whole section: id, size and contents.
    pub(crate) whole: Range<usize>,
    /// The contents; for a custom section, those after its name.
    pub(crate) content: Range<usize>,
}

/// Splits a module into its sections. The caller must have checked the preamble.
///
/// # Errors
///
/// [`Malformed`] if a section's id, size or name cannot be parsed.
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
