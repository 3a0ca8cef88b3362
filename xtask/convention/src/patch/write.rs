//! Writes a module with the changes of an [`Edit`]: sections that change are encoded anew, all
//! others are copied byte by byte.

use wasm_encoder::{Encode, ProducersField, ProducersSection, Section};
use wasmparser::{BinaryReader, ExternalKind};

use super::code::code;
use super::edit::{Edit, Item};
use super::names::names;
use super::references::references;
use super::splice::{number, spliced};
use crate::Malformed;
use crate::module::{PREAMBLE, RawSection, sections};
use crate::producers::POLYREACTOR;

/// The new module.
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    /// The custom sections that were dropped because their contents would be wrong.
    pub(super) dropped: Vec<String>,
    /// Whether the debug information was dropped because code moved.
    pub(super) lost_debug: bool,
}

/// Custom sections that refer to offsets in the file, or to code by function index: they would be
/// wrong after rewriting.
const STALE: &[&str] = &["linking", "sourceMappingURL", "external_debug_info"];
const STALE_PREFIXES: &[&str] = &["reloc.", "metadata.code."];

// The ids of the sections that an edit may change.
const TYPE: u8 = 1;
const FUNCTION: u8 = 3;
const GLOBAL: u8 = 6;
const EXPORT: u8 = 7;
const START: u8 = 8;
const ELEMENT: u8 = 9;
const CODE: u8 = 10;

/// The section ids in the order that the specification requires (13: tags, 12: data count).
const ORDER: [u8; 13] = [1, 2, 3, 4, 5, 13, GLOBAL, EXPORT, START, ELEMENT, 12, CODE, 11];

/// Writes the module with the changes of `edit`.
///
/// # Errors
///
/// [`Malformed`] if the module cannot be parsed, which does not happen to a validated one.
pub(super) fn write(edit: &Edit<'_, '_>) -> Result<Written, Malformed> {
    let bytes = edit.module.bytes;
    let old = sections(bytes)?;
    let of_code = old.iter().find(|section| section.id == CODE);
    let code = code(edit, of_code.map(|section| section.content.clone()))?;
    let mut writer = Writer { edit, code: &code.content, out: bytes[..PREAMBLE].to_vec(), next: 0 };
    writer.out.reserve(bytes.len() + bytes.len() / 16 + 256);
    let (mut dropped, mut lost_debug, mut is_signed) = (Vec::new(), false, false);
    for section in &old {
        let content = &bytes[section.content.clone()];
        match (section.id, section.name) {
            (0, "producers") if !is_signed => {
                writer.producers();
                is_signed = true;
            }
            // The first `producers` section already has the entries of all.
            (0, "producers") => {}
            (0, "name") => match names(edit, content) {
                Some(names) => writer.custom("name", &names),
                None => dropped.push("name".to_owned()),
            },
            (0, name) if name.starts_with(".debug_") && code.has_moved => lost_debug = true,
            (0, name) if is_stale(name) => dropped.push(name.to_owned()),
            (0, _) => writer.copy(section),
            _ => writer.section(section)?,
        }
    }
    writer.missing(ORDER.len());
    if !is_signed {
        writer.producers();
    }
    Ok(Written { bytes: writer.out, dropped, lost_debug })
}

fn is_stale(section: &str) -> bool {
    STALE.contains(&section) || STALE_PREFIXES.iter().any(|prefix| section.starts_with(prefix))
}

/// Writes sections in order.
struct Writer<'e, 'm, 'a> {
    edit: &'e Edit<'m, 'a>,
    /// The new contents of the code section.
    code: &'e [u8],
    out: Vec<u8>,
    /// The position in `ORDER` of the first section that has not been passed yet.
    next: usize,
}

impl Writer<'_, '_, '_> {
    /// Writes a section of the old module. Before it, writes the new sections that belong there.
    fn section(&mut self, section: &RawSection<'_>) -> Result<(), Malformed> {
        let place = ORDER.iter().position(|&id| id == section.id).unwrap_or(self.next);
        self.missing(place);
        self.next = place + 1;
        let bytes = self.edit.module.bytes;
        let splices = references(self.edit, section)?;
        let content = spliced(bytes, section.content.clone(), &splices);
        let (count, items) = self.added(section.id);
        match section.id {
            EXPORT => self.raw(EXPORT, &self.exports()),
            CODE => self.raw(CODE, self.code),
            START => self.start(),
            FUNCTION => {
                // The types of removed functions at the end are dropped with them.
                let kept = self.edit.first_added() - self.edit.module.imported_functions;
                let mut reader = BinaryReader::new(&content, 0);
                reader.read_var_u32()?;
                let start = reader.original_position();
                for _ in 0..kept {
                    reader.read_var_u32()?;
                }
                let rest = &content[start..reader.original_position()];
                self.raw(FUNCTION, &[&number(kept + count, 1), rest, &items].concat());
            }
            _ if count > 0 => {
                let mut reader = BinaryReader::new(&content, 0);
                let before = reader.read_var_u32()?;
                let rest = &content[reader.original_position()..];
                self.raw(section.id, &[&number(before + count, 1), rest, &items].concat());
            }
            _ if splices.is_empty() => self.copy(section),
            id => self.raw(id, &content),
        }
        Ok(())
    }

    /// Writes the sections that the old module lacks and the new one needs, up to `place` in
    /// `ORDER`.
    fn missing(&mut self, place: usize) {
        for id in ORDER[self.next.min(place)..place].iter().copied() {
            let (count, items) = self.added(id);
            match id {
                EXPORT if !self.edit.exports.is_empty() => self.raw(EXPORT, &self.exports()),
                CODE if !self.edit.added.is_empty() => self.raw(CODE, self.code),
                _ if count > 0 => self.raw(id, &[number(count, 1), items].concat()),
                _ => {}
            }
        }
        self.next = self.next.max(place);
    }

    /// The number of items to append to a section, and their bytes. Sections that are written from
    /// scratch (exports, code, start) get none.
    fn added(&self, section: u8) -> (u32, Vec<u8>) {
        const PLAIN: [u8; 3] = [0x60, 0, 0];
        const I32: u8 = 0x7f;
        const MUTABLE: u8 = 1;
        const I32_CONST: u8 = 0x41;
        const END: u8 = 0x0b;
        const DECLARED: [u8; 2] = [3, 0];
        let (module, added) = (self.edit.module, self.edit.added.len());
        let plain = module.plain_type();
        let all = |count: usize, item: &[u8]| (count as u32, item.repeat(count));
        match section {
            TYPE if plain.is_none() && added > 0 => all(1, &PLAIN),
            FUNCTION => all(added, &number(plain.unwrap_or_else(|| module.type_count()), 1)),
            GLOBAL => all(added, &[I32, MUTABLE, I32_CONST, 0, END]),
            ELEMENT if !self.edit.declared.is_empty() => {
                let mut functions = Vec::new();
                (self.edit.declared.len() as u32).encode(&mut functions);
                for &function in &self.edit.declared {
                    self.edit.redirect(function).unwrap_or(function).encode(&mut functions);
                }
                (1, [&DECLARED[..], &functions].concat())
            }
            _ => (0, Vec::new()),
        }
    }

    fn exports(&self) -> Vec<u8> {
        let mut content = number(self.edit.exports.len() as u32, 1);
        for export in &self.edit.exports {
            export.name.encode(&mut content);
            let index = match export.item {
                Item::Function(function) => {
                    let index = self.edit.number(function);
                    self.edit.redirect(index).unwrap_or(index)
                }
                Item::Other(index) => index,
            };
            content.push(number_of(export.kind));
            index.encode(&mut content);
        }
        content
    }

    fn start(&mut self) {
        if let Some(start) = self.edit.start {
            let index = self.edit.number(start);
            self.raw(START, &number(self.edit.redirect(index).unwrap_or(index), 1));
        }
    }

    /// Writes the section `producers`, with Polyreactor added to `processed-by` (R011).
    fn producers(&mut self) {
        let own = ("processed-by", POLYREACTOR, env!("CARGO_PKG_VERSION"));
        let mut fields: Vec<(&str, ProducersField)> = Vec::new();
        for &(name, value, version) in self.edit.module.producers.iter().chain([&own]) {
            let place = fields.iter().position(|(other, _)| *other == name);
            let place = place.unwrap_or_else(|| {
                fields.push((name, ProducersField::new()));
                fields.len() - 1
            });
            fields[place].1.value(value, version);
        }
        let mut section = ProducersSection::new();
        for (name, field) in &fields {
            section.field(name, field);
        }
        section.append_to(&mut self.out);
    }

    fn custom(&mut self, name: &str, content: &[u8]) {
        let mut whole = Vec::with_capacity(content.len() + name.len() + 5);
        name.encode(&mut whole);
        whole.extend_from_slice(content);
        self.raw(0, &whole);
    }

    fn raw(&mut self, id: u8, content: &[u8]) {
        self.out.push(id);
        content.encode(&mut self.out);
    }

    fn copy(&mut self, section: &RawSection<'_>) {
        self.out.extend_from_slice(&self.edit.module.bytes[section.whole.clone()]);
    }
}

fn number_of(kind: ExternalKind) -> u8 {
    match kind {
        ExternalKind::Func => 0,
        ExternalKind::Table => 1,
        ExternalKind::Memory => 2,
        ExternalKind::Global => 3,
        ExternalKind::Tag => 4,
        ExternalKind::FuncExact => 0x20,
    }
}
