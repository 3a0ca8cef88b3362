//! Renames exports from their link-time symbols (`polyreactor-export:NAME`) to their own names
//! (R013).

use std::borrow::Cow;
use std::collections::BTreeSet;

use polyreactor_layout::EXPORT_SYMBOL_PREFIX;
use wasm_encoder::{CustomSection, Encode, NameMap, NameSection, RawSection, Section, SectionId};
use wasmparser::{BinaryReader, ExportSectionReader, KnownCustom, Name, NameSectionReader};
use wasmparser::{Parser, Payload};

/// The own name in a link-time symbol; `None` if `name` is not such a symbol.
pub(crate) fn own_name(name: &str) -> Option<&str> {
    name.strip_prefix(EXPORT_SYMBOL_PREFIX)
}

/// Removes the prefix [`EXPORT_SYMBOL_PREFIX`] from the names of exports (CONVENTION, R013), and
/// from function names in the `name` section. All other bytes stay unchanged.
///
/// Before and after:
///
/// ```wat
/// (func $polyreactor-export:exp (export "polyreactor-export:exp") …)
/// (func $exp                    (export "exp")                    …)
/// ```
///
/// An export keeps the prefix if its own name would be empty or is the name of another export;
/// [`check`](crate::check) reports that (R013). The result borrows `bytes` unchanged if there is
/// nothing to rename, or if `bytes` cannot be parsed.
pub fn rename_exports(bytes: &[u8]) -> Cow<'_, [u8]> {
    renamed(bytes).map_or(Cow::Borrowed(bytes), |(renamed, _)| Cow::Owned(renamed))
}

/// The module with renamed exports, and their new names; `None` if there is nothing to rename, or
/// if the bytes cannot be parsed.
pub(crate) fn renamed(bytes: &[u8]) -> Option<(Vec<u8>, Vec<String>)> {
    let renaming = Renaming::of(bytes).filter(|renaming| !renaming.names.is_empty())?;
    let renamed = renaming.carry_out(bytes)?;
    Some((renamed, renaming.names.iter().map(|name| (*name).to_owned()).collect()))
}

/// The new names that [`rename_exports`] gives to exports of these names, in order.
pub(crate) fn own_names<'n>(exports: &[&'n str]) -> Vec<&'n str> {
    let taken: BTreeSet<_> = exports.iter().copied().collect();
    let own = exports.iter().filter_map(|name| own_name(name));
    own.filter(|name| !name.is_empty() && !taken.contains(name)).collect()
}

/// The exports to rename.
struct Renaming<'a> {
    /// Their own names.
    names: BTreeSet<&'a str>,
}

impl<'a> Renaming<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let mut exports = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.ok()? {
                Payload::ExportSection(section) => {
                    for export in section {
                        exports.push(export.ok()?.name);
                    }
                }
                // The export section stands before the code section.
                Payload::CodeSectionStart { .. } => break,
                _ => {}
            }
        }
        Some(Renaming { names: own_names(&exports).into_iter().collect() })
    }

    /// The new name of an export: its own name if it is to be renamed, else `name`.
    fn rename<'n>(&self, name: &'n str) -> &'n str {
        own_name(name).filter(|own| self.names.contains(own)).unwrap_or(name)
    }

    fn carry_out(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        const PREAMBLE: usize = 8;
        let mut renamed = bytes.get(..PREAMBLE)?.to_vec();
        let mut end = PREAMBLE;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.ok()?;
            let Some((_, range)) = payload.as_section() else { continue };
            // `range` covers the contents only; the section's id and size stand before them.
            let whole = end..range.end;
            end = range.end;
            match payload {
                Payload::ExportSection(section) => {
                    let data = self.exports(bytes, section)?;
                    let section = RawSection { id: SectionId::Export.into(), data: &data };
                    section.append_to(&mut renamed);
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Name(names) => {
                        let data = function_names(bytes, names);
                        let data = data.map_or(Cow::Borrowed(section.data()), Cow::Owned);
                        CustomSection { name: section.name().into(), data }.append_to(&mut renamed);
                    }
                    _ => renamed.extend_from_slice(bytes.get(whole)?),
                },
                _ => renamed.extend_from_slice(bytes.get(whole)?),
            }
        }
        Some(renamed)
    }

    /// The new contents of the export section.
    fn exports(&self, bytes: &[u8], section: ExportSectionReader<'_>) -> Option<Vec<u8>> {
        let end = section.range().end;
        let mut data = Vec::new();
        section.count().encode(&mut data);
        let exports: Vec<_> = section.into_iter_with_offsets().collect::<Result<_, _>>().ok()?;
        for (number, (start, export)) in exports.iter().enumerate() {
            let next = exports.get(number + 1).map_or(end, |(start, _)| *start);
            // Kind and index follow the name, and are copied unchanged.
            let mut reader = BinaryReader::new(&bytes[*start..next], *start);
            reader.read_string().ok()?;
            self.rename(export.name).encode(&mut data);
            data.extend_from_slice(&bytes[reader.original_position()..next]);
        }
        Some(data)
    }
}

/// The contents of a name section without the prefix in function names; `None` if they cannot be
/// parsed.
fn function_names(bytes: &[u8], mut section: NameSectionReader<'_>) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let start = section.original_position();
        let Some(part) = section.next() else { return Some(data) };
        let Name::Function(names) = part.ok()? else {
            data.extend_from_slice(bytes.get(start..section.original_position())?);
            continue;
        };
        let mut map = NameMap::new();
        for naming in names {
            let naming = naming.ok()?;
            map.append(naming.index, own_name(naming.name).unwrap_or(naming.name));
        }
        let mut functions = NameSection::new();
        functions.functions(&map);
        let CustomSection { data: functions, .. } = functions.as_custom();
        data.extend_from_slice(&functions);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(text: &str) -> (Vec<u8>, Vec<u8>) {
        let bytes = wat::parse_str(text).expect("the text is valid");
        let renamed = rename_exports(&bytes).into_owned();
        (bytes, renamed)
    }

    const EXPORTS: &str = r#"(module $m
        (import "host" "read" (func $polyreactor-export:read (param i32)))
        (memory (export "memory") 1)
        (func $polyreactor-export:exp.command_export (export "polyreactor-export:exp")
          (param $x f64) (result f64) (local.get $x))
        (func $other (export "polyreactor-export:write") (export "close"))
        (@custom "mine" "polyreactor-export:exp")
        (data (i32.const 8) "polyreactor-export:exp"))"#;

    #[test]
    fn exports_and_their_functions_are_renamed_and_nothing_else_changes() {
        let (before, after) = renamed(EXPORTS);
        let own = EXPORTS
            .replace("$polyreactor-export:", "$")
            .replace("export \"polyreactor-export:", "export \"");
        assert_eq!(after, wat::parse_str(own).expect("the text is valid"));
        assert_eq!(before.len() - after.len(), 4 * EXPORT_SYMBOL_PREFIX.len());
        assert!(matches!(rename_exports(&after), Cow::Borrowed(bytes) if bytes == after));
    }

    #[test]
    fn an_export_whose_own_name_is_taken_or_empty_keeps_its_symbol() {
        let text = r#"(module
            (func (export "polyreactor-export:exp")) (func (export "exp"))
            (func (export "polyreactor-export:"))
            (func (export "polyreactor-export:polyreactor-export:exp")))"#;
        let (before, after) = renamed(text);
        assert_eq!(before, after);
    }

    #[test]
    fn bytes_that_cannot_be_parsed_are_returned_unchanged() {
        let (whole, after) = renamed(EXPORTS);
        for length in 0..whole.len() {
            let cut = &whole[..length];
            let renamed = rename_exports(cut);
            // A cut between two sections leaves a module that can be parsed.
            assert!(*renamed == *cut || after.starts_with(&renamed), "{length}");
        }
    }
}
