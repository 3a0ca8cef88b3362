//! A module, parsed, validated and indexed once: all later stages query this index.
//!
//! `module/` holds the parts: `body.rs` reads function bodies, `contents.rs` the other sections,
//! `references.rs` is the call graph, `proposals.rs` detects proposals, and `sections.rs` splits
//! bytes into raw sections. They use wasmparser and nothing of the convention's rules; the other
//! modules of this crate use them through this one.

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

/// A validated module with its index. Function indices count imports first, as in Wasm.
///
/// The index is linear in the size of the module, and each query takes at most linear time.
pub(crate) struct Module<'a> {
    pub(crate) bytes: &'a [u8],
    types: Types,
    contents: Contents<'a>,
    bodies: Vec<Range<usize>>,
    /// Exported functions, each with the position of its export in `exports`; sorted.
    exported: Vec<(u32, u32)>,
    has_given_names: OnceCell<bool>,
    /// The proposals beyond WebAssembly 2.0 that the module uses.
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
        // A name section may name functions that do not exist.
        let functions = contents.imported_functions + bodies.len() as u32;
        contents.names.retain(|&function, _| function < functions);
        let mut exported: Vec<(u32, u32)> = (0..)
            .zip(&contents.exports)
            .filter(|(_, export)| is_function(export))
            .map(|(position, export)| (export.index, position))
            .collect();
        exported.sort_unstable();
        // Unreachable: the parser has already returned an error for a module without an end.
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

    /// The number of functions, imports included.
    pub(crate) fn functions(&self) -> u32 {
        self.imported_functions + self.bodies.len() as u32
    }

    pub(crate) fn is_local(&self, function: u32) -> bool {
        function >= self.imported_functions
    }

    /// The type of a function, as an id that is equal for equal types.
    pub(crate) fn type_of(&self, function: u32) -> CoreTypeId {
        self.types.as_ref().core_function_at(function)
    }

    /// The type at a type index.
    pub(crate) fn type_at(&self, index: u32) -> CoreTypeId {
        self.types.as_ref().core_type_at_in_module(index)
    }

    /// The parameters and results of a function type.
    pub(crate) fn function_type(&self, id: CoreTypeId) -> &FuncType {
        self.types[id].unwrap_func()
    }

    /// Whether a function has the type `() -> ()`.
    pub(crate) fn is_plain(&self, function: u32) -> bool {
        let ty = self.function_type(self.type_of(function));
        ty.params().is_empty() && ty.results().is_empty()
    }

    /// The first type index of the type `() -> ()`, if the module has that type.
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

    /// The number of types.
    pub(crate) fn type_count(&self) -> u32 {
        self.types.as_ref().core_type_count_in_module()
    }

    /// The number of globals, imports included.
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

    /// The byte range of a local function's body, without the size before it.
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

    /// The local functions whose bodies call `function` directly or refer to it by `ref.func`.
    pub(crate) fn callers(&self, function: u32) -> impl Iterator<Item = u32> + '_ {
        self.references.callers(function).iter().copied()
    }

    /// The functions that the body of `function` calls directly or refers to by `ref.func`.
    pub(crate) fn callees(&self, function: u32) -> &[u32] {
        self.references.callees(function)
    }

    /// Whether `function` can be called other than by a direct call or an export: it is stored in a
    /// table or a global, referred to by `ref.func`, or is the start function.
    pub(crate) fn is_stored(&self, function: u32) -> bool {
        self.references.is_stored(function) || self.start == Some(function)
    }

    /// The names under which `function` is exported.
    pub(crate) fn export_names(&self, function: u32) -> impl Iterator<Item = &'a str> + '_ {
        let first = self.exported.partition_point(|(other, _)| *other < function);
        let own = self.exported[first..].iter().take_while(move |(other, _)| *other == function);
        own.map(|(_, position)| self.exports[*position as usize].name)
    }

    /// Whether `function` is exported, under any name.
    pub(crate) fn is_exported(&self, function: u32) -> bool {
        self.exported.binary_search_by_key(&function, |(other, _)| *other).is_ok()
    }

    /// The function exported under `name`; `None` if there is no such export or it is no function.
    pub(crate) fn exported_function(&self, name: &str) -> Option<u32> {
        let export = self.exports.iter().find(|export| export.name == name)?;
        is_function(export).then_some(export.index)
    }

    /// The local functions that are exported, each once, in the order of their indices.
    pub(crate) fn exported_functions(&self) -> Vec<u32> {
        let functions = self.exported.iter().map(|(function, _)| *function);
        let mut local: Vec<u32> = functions.filter(|&function| self.is_local(function)).collect();
        local.dedup();
        local
    }

    /// All functions that `function` reaches by direct calls and `ref.func`, itself included; and
    /// whether one of them makes an indirect call.
    pub(crate) fn reach(&self, function: u32) -> (BTreeSet<u32>, bool) {
        self.references.reach(function)
    }

    /// The function of that name in the name section; `None` if no function or several have it.
    pub(crate) fn named(&self, name: &str) -> Option<u32> {
        let mut found = self.names.iter().filter(|(_, named)| **named == name);
        let (&function, _) = found.next()?;
        found.next().is_none().then_some(function)
    }

    /// The name that the author, the compiler or the linker gave to a function; `None` for a
    /// function without a name, or with a generated one: a number, or the name of its export.
    pub(crate) fn given_name(&self, function: u32) -> Option<&'a str> {
        let name = *self.names.get(&function)?;
        let is_given = match name_origin(name) {
            NameOrigin::Generated => false,
            // A tool generates names for all functions or for none.
            NameOrigin::Ambiguous => self.has_given_names(),
            NameOrigin::Given => !self.is_export_name(function, name),
        };
        is_given.then_some(name)
    }

    /// Whether the module has kept its names: most local functions have a name that no tool
    /// generates. Functions named like one of their exports do not count. A tool that adds a named
    /// function to a module without names leaves the others without given names.
    pub(crate) fn has_given_names(&self) -> bool {
        *self.has_given_names.get_or_init(|| {
            let (mut given, mut other) = (0, 0);
            for function in self.imported_functions..self.functions() {
                match self.names.get(&function) {
                    Some(name) if self.is_export_name(function, name) => {}
                    Some(name) if name_origin(name) == NameOrigin::Given => given += 1,
                    _ => other += 1,
                }
            }
            given > other
        })
    }

    /// Whether `name` is also the name of an export of the function. Such a name is no evidence:
    /// tools generate it from the export, and authors choose it.
    fn is_export_name(&self, function: u32, name: &str) -> bool {
        self.export_names(function).any(|export| export == name)
    }

    /// The name of a function for a message: that of its first export, else its demangled name,
    /// else its index.
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

/// The origin of a name in the name section, judged by the name alone.
#[derive(Debug, PartialEq, Eq)]
enum NameOrigin {
    /// A tool generated it for a module without names: `12` and `fimport$3` (Binaryen),
    /// `#func12<#func12>` (wasm-tools).
    Generated,
    /// Generated or given: `f12` (WABT), `func12`.
    Ambiguous,
    /// An author, a compiler or a linker gave it.
    Given,
}

fn name_origin(name: &str) -> NameOrigin {
    let name = name.split_once('<').map_or(name, |(before, _)| before);
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match word {
        _ if word.len() == name.len() => NameOrigin::Given,
        "" | "$" | "#func" | "fimport$" => NameOrigin::Generated,
        "f" | "f_" | "$f" | "func" | "func_" | "$func" | "fn" | "function" => NameOrigin::Ambiguous,
        _ => NameOrigin::Given,
    }
}

#[cfg(test)]
mod tests {
    use super::{NameOrigin, name_origin};

    #[test]
    fn generated_names_are_distinguished_from_given_ones() {
        for name in ["0", "12", "fimport$3", "#func12<#func12>"] {
            assert_eq!(name_origin(name), NameOrigin::Generated, "{name}");
        }
        for name in ["f12", "func12", "$func12"] {
            assert_eq!(name_origin(name), NameOrigin::Ambiguous, "{name}");
        }
        for name in ["", "f", "inc", "lock2", "step_1", "_ZN4core3fmt5write17h0123456789abcdefE"] {
            assert_eq!(name_origin(name), NameOrigin::Given, "{name}");
        }
    }
}
