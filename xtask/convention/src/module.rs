//! One reading of a module: bytes in, an index of what the later stages ask for out.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::{Deref, Range};

use wasmparser::types::{CoreTypeId, Types};
use wasmparser::{
    BinaryReader, CompositeInnerType, FuncType, FunctionBody, OperatorsReader, Parser,
    ValidPayload, Validator, WasmFeatures,
};

use crate::Malformed;
use crate::quote::quoted;

mod body;
mod contents;
mod proposals;
mod references;
mod sections;

use body::BodyReader;
pub(crate) use contents::Contents;
use contents::is_function;
pub use proposals::Proposal;
pub(crate) use sections::{PREAMBLE, RawSection, sections};

/// A validated module, indexed. Function numbers count imports first, as Wasm does.
///
/// What it keeps is linear in its size, and so is each question, or less.
pub(crate) struct Module<'a> {
    pub(crate) bytes: &'a [u8],
    types: Types,
    contents: Contents<'a>,
    bodies: Vec<Range<usize>>,
    /// The exported functions with the places of their exports, sorted.
    exported: Vec<(u32, u32)>,
    has_given_names: OnceCell<bool>,
    /// The proposals beyond WebAssembly 2.0 that it makes use of.
    pub(crate) proposals: BTreeSet<Proposal>,
}

impl<'a> Deref for Module<'a> {
    type Target = Contents<'a>;

    fn deref(&self) -> &Self::Target {
        &self.contents
    }
}

impl<'a> Module<'a> {
    /// Reads and validates `bytes` in one pass, with every proposal that the parser knows.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if let Some(malformed) = Malformed::by_preamble(bytes) {
            return Err(malformed);
        }
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        let mut contents = Contents::default();
        let mut bodies = Vec::new();
        let mut reader = BodyReader::default();
        let mut types = None;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            match validator.payload(&payload)? {
                ValidPayload::Func(function, body) => {
                    reader.read(function, &body)?;
                    contents.references.note_body(
                        &mut reader.callees,
                        &reader.referenced,
                        reader.indirect,
                    );
                    bodies.push(body.range());
                }
                ValidPayload::End(all) => types = Some(all),
                _ => contents.take(payload)?,
            }
        }
        if let Some(malformed) = Malformed::by_contents(&contents) {
            return Err(malformed);
        }
        contents.references.finish();
        let mut proposals = proposals::of_sections(bytes);
        proposals.extend(reader.proposals);
        // A name section may speak of functions that there are not.
        let functions = contents.imported_functions + bodies.len() as u32;
        contents.names.retain(|&function, _| function < functions);
        let mut exported: Vec<(u32, u32)> = (0..)
            .zip(&contents.exports)
            .filter(|(_, export)| is_function(export))
            .map(|(place, export)| (export.index, place))
            .collect();
        exported.sort_unstable();
        // A module that does not end has been an error before.
        let types = types.ok_or(Malformed::Truncated { offset: bytes.len() })?;
        Ok(Module {
            bytes,
            types,
            contents,
            bodies,
            exported,
            has_given_names: OnceCell::new(),
            proposals,
        })
    }

    /// How many functions there are, imports included.
    pub(crate) fn functions(&self) -> u32 {
        self.imported_functions + self.bodies.len() as u32
    }

    pub(crate) fn is_local(&self, function: u32) -> bool {
        function >= self.imported_functions
    }

    /// What the type of a function is known by; the same for functions of the same type.
    pub(crate) fn type_of(&self, function: u32) -> CoreTypeId {
        self.types.as_ref().core_function_at(function)
    }

    /// What a type index stands for.
    pub(crate) fn type_at(&self, index: u32) -> CoreTypeId {
        self.types.as_ref().core_type_at_in_module(index)
    }

    /// A function's type.
    pub(crate) fn function_type(&self, id: CoreTypeId) -> &FuncType {
        self.types[id].unwrap_func()
    }

    /// Whether a function takes nothing and answers nothing.
    pub(crate) fn is_plain(&self, function: u32) -> bool {
        let ty = self.function_type(self.type_of(function));
        ty.params().is_empty() && ty.results().is_empty()
    }

    /// A type index that stands for functions which take and answer nothing, if there is one.
    pub(crate) fn plain_type(&self) -> Option<u32> {
        let types = self.types.as_ref();
        (0..types.core_type_count_in_module()).find(|&index| {
            let composite = &self.types[types.core_type_at_in_module(index)].composite_type;
            match &composite.inner {
                CompositeInnerType::Func(ty) => {
                    ty.params().is_empty() && ty.results().is_empty() && !composite.shared
                }
                _ => false,
            }
        })
    }

    /// How many types there are.
    pub(crate) fn type_count(&self) -> u32 {
        self.types.as_ref().core_type_count_in_module()
    }

    /// How many globals there are, imports included.
    pub(crate) fn global_count(&self) -> u32 {
        self.types.as_ref().global_count()
    }

    /// The type of a global.
    pub(crate) fn global_type(&self, global: u32) -> wasmparser::GlobalType {
        self.types.as_ref().global_at(global)
    }

    /// The type of an imported or exported table.
    pub(crate) fn table_type(&self, table: u32) -> wasmparser::TableType {
        self.types.as_ref().table_at(table)
    }

    /// Where a local function's body lies in the bytes, its size not included.
    pub(crate) fn body(&self, function: u32) -> Option<Range<usize>> {
        let local = function.checked_sub(self.imported_functions)?;
        self.bodies.get(local as usize).cloned()
    }

    /// The instructions of a local function, its last `end` included.
    pub(crate) fn operators(&self, function: u32) -> Option<OperatorsReader<'a>> {
        let range = self.body(function)?;
        let body = FunctionBody::new(BinaryReader::new(&self.bytes[range.clone()], range.start));
        body.get_operators_reader().ok()
    }

    /// The functions whose bodies name `function`.
    pub(crate) fn callers(&self, function: u32) -> impl Iterator<Item = u32> + '_ {
        self.references.callers(function).iter().copied()
    }

    /// The functions that the body of `function` names.
    pub(crate) fn callees(&self, function: u32) -> &[u32] {
        self.references.callees(function)
    }

    /// Whether `function` stands in a table or a global, or is the start function.
    pub(crate) fn is_stored(&self, function: u32) -> bool {
        self.references.is_stored(function) || self.start == Some(function)
    }

    /// The names under which `function` is exported.
    pub(crate) fn export_names(&self, function: u32) -> impl Iterator<Item = &'a str> + '_ {
        let first = self.exported.partition_point(|(other, _)| *other < function);
        let own = self.exported[first..].iter().take_while(move |(other, _)| *other == function);
        own.map(|(_, place)| self.exports[*place as usize].name)
    }

    /// Whether `function` is exported, under whatever name.
    pub(crate) fn is_exported(&self, function: u32) -> bool {
        self.exported.binary_search_by_key(&function, |(other, _)| *other).is_ok()
    }

    /// The export of that name, if it is a function.
    pub(crate) fn exported_function(&self, name: &str) -> Option<u32> {
        let export = self.exports.iter().find(|export| export.name == name)?;
        is_function(export).then_some(export.index)
    }

    /// The local functions that are exported, each once, in order.
    pub(crate) fn exported_functions(&self) -> Vec<u32> {
        let functions = self.exported.iter().map(|(function, _)| *function);
        let mut local: Vec<u32> = functions.filter(|&function| self.is_local(function)).collect();
        local.dedup();
        local
    }

    /// All functions that can be reached from `function`, itself included, by direct calls;
    /// and whether one of them makes a call that is not direct.
    pub(crate) fn reach(&self, function: u32) -> (BTreeSet<u32>, bool) {
        self.references.reach(function)
    }

    /// The only function of that name in the name section, if there is exactly one.
    pub(crate) fn named(&self, name: &str) -> Option<u32> {
        let mut found = self.names.iter().filter(|(_, named)| **named == name);
        let (&function, _) = found.next()?;
        found.next().is_none().then_some(function)
    }

    /// What its author or the linker called a function; none where there is no name, or one that
    /// a tool made up because there was none: a number, or the name of an export.
    pub(crate) fn given_name(&self, function: u32) -> Option<&'a str> {
        let name = *self.names.get(&function)?;
        let is_given = match madeness(name) {
            Made::Up => false,
            // Where others were given names, this one was too.
            Made::Perhaps => self.has_given_names(),
            Made::ByPeople => !self.is_an_export(function, name),
        };
        is_given.then_some(name)
    }

    /// Whether some function of the module has a name that no tool makes up.
    pub(crate) fn has_given_names(&self) -> bool {
        *self.has_given_names.get_or_init(|| {
            let mut local = self.names.iter().filter(|(function, _)| self.is_local(**function));
            local.any(|(&function, name)| {
                matches!(madeness(name), Made::ByPeople) && !self.is_an_export(function, name)
            })
        })
    }

    /// Whether a function is called as it is exported. So do tools, and so do people.
    fn is_an_export(&self, function: u32, name: &str) -> bool {
        self.export_names(function).any(|export| export == name)
    }

    /// What to call a function in a message.
    pub(crate) fn name_of(&self, function: u32) -> String {
        if let Some(name) = self.export_names(function).next() {
            return format!("`{}`", quoted(name));
        }
        match self.names.get(&function) {
            Some(name) => {
                format!("`{}`", rustc_demangle::demangle(name).to_string().escape_debug())
            }
            None => format!("function {function}"),
        }
    }
}

/// Who may have thought of a name.
#[derive(Debug, PartialEq, Eq)]
enum Made {
    /// A tool: `12` and `fimport$3` (Binaryen), `#func12<#func12>` (wasm-tools).
    Up,
    /// A tool, or a person: `f12` (WABT), `func12`.
    Perhaps,
    /// A person, a compiler or a linker.
    ByPeople,
}

fn madeness(name: &str) -> Made {
    let name = name.split_once('<').map_or(name, |(before, _)| before);
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match word {
        _ if word.len() == name.len() => Made::ByPeople,
        "" | "$" | "#func" | "fimport$" => Made::Up,
        "f" | "f_" | "$f" | "func" | "func_" | "$func" | "fn" | "function" => Made::Perhaps,
        _ => Made::ByPeople,
    }
}

#[cfg(test)]
mod tests {
    use super::{Made, madeness};

    #[test]
    fn names_that_tools_make_up_are_told_from_those_of_people() {
        for name in ["0", "12", "fimport$3", "#func12<#func12>"] {
            assert_eq!(madeness(name), Made::Up, "{name}");
        }
        for name in ["f12", "func12", "$func12"] {
            assert_eq!(madeness(name), Made::Perhaps, "{name}");
        }
        for name in ["", "f", "inc", "lock2", "step_1", "_ZN4core3fmt5write17h0123456789abcdefE"] {
            assert_eq!(madeness(name), Made::ByPeople, "{name}");
        }
    }
}
