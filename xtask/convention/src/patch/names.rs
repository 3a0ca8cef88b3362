//! The new name section: without the names of removed functions, with those of added ones.

use wasm_encoder::{IndirectNameMap, NameMap, NameSection};
use wasmparser::{BinaryReader, Name, NameSectionReader};

use super::edit::Edit;

/// The id of the subsection with the names of globals.
const GLOBALS: u8 = 7;

/// The new contents of the name section; `None` if the old ones cannot be parsed to their end. Such
/// a section has to be dropped: the names of removed functions would become those of new ones.
pub(super) fn names(edit: &Edit<'_, '_>, old: &[u8]) -> Option<Vec<u8>> {
    let mut section = NameSection::new();
    let mut reader = BinaryReader::new(old, 0);
    let (mut has_functions, mut has_globals) = (false, false);
    while !reader.eof() {
        let start = reader.current_position();
        let id = reader.read_u8().ok()?;
        let content = reader.read_reader().ok()?;
        let subsection = BinaryReader::new(&old[start..reader.current_position()], 0);
        if id > GLOBALS && has_functions && !has_globals {
            section.globals(&flags(edit, NameMap::new()));
            has_globals = true;
        }
        match NameSectionReader::new(subsection).next()?.ok()? {
            Name::Function(map) => {
                section.functions(&functions(edit, map)?);
                has_functions = true;
            }
            Name::Global(map) => {
                section.globals(&flags(edit, copied(map)?));
                has_globals = true;
            }
            Name::Local(map) => section.locals(&of_functions(edit, map)?),
            Name::Label(map) => section.labels(&of_functions(edit, map)?),
            _ => section.raw(id, &old[content.range()]),
        }
    }
    if has_functions && !has_globals {
        section.globals(&flags(edit, NameMap::new()));
    }
    Some(section.as_custom().data.into_owned())
}

fn functions(edit: &Edit<'_, '_>, map: wasmparser::NameMap<'_>) -> Option<NameMap> {
    let mut names = NameMap::new();
    for naming in map {
        let naming = naming.ok()?;
        if is_kept(edit, naming.index) {
            let renamed = edit.renamed.get(&naming.index);
            names.append(naming.index, renamed.map_or(naming.name, String::as_str));
        }
    }
    for (place, once) in edit.added.iter().enumerate() {
        names.append(edit.first_added() + place as u32, once.name);
    }
    Some(names)
}

/// Adds the names of the new globals.
fn flags(edit: &Edit<'_, '_>, mut names: NameMap) -> NameMap {
    for (place, once) in edit.added.iter().enumerate() {
        names.append(edit.flag(place), once.flag);
    }
    names
}

/// The names of locals or labels, without those of removed functions.
fn of_functions(
    edit: &Edit<'_, '_>,
    map: wasmparser::IndirectNameMap<'_>,
) -> Option<IndirectNameMap> {
    let mut all = IndirectNameMap::new();
    for function in map {
        let function = function.ok()?;
        let names = copied(function.names)?;
        if is_kept(edit, function.index) {
            all.append(function.index, &names);
        }
    }
    Some(all)
}

fn copied(map: wasmparser::NameMap<'_>) -> Option<NameMap> {
    let mut names = NameMap::new();
    for naming in map {
        let naming = naming.ok()?;
        names.append(naming.index, naming.name);
    }
    Some(names)
}

fn is_kept(edit: &Edit<'_, '_>, function: u32) -> bool {
    function < edit.first_added() && !edit.removed.contains(&function)
}
