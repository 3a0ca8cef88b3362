//! The contract of a plugin: the functions that it exports and imports, with their types, and its
//! records.
//!
//! A core type says that a parameter is an i32; the contract says whether that i32 is a bool, an
//! integer or the address of a record. People write the contract in `plugin.toml`; a module has it
//! in the custom section [`SECTION`](crate::SECTION).
//!
//! `contract/parse.rs` and `draft.rs` read texts, `resolve.rs` and `records.rs` check them and lay
//! records out, `names.rs` checks names, `section.rs` reads and writes the section.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::signature::Signature;
use crate::types::{Record, ValueType};

pub(crate) mod draft;
pub(crate) mod names;
mod parse;
mod records;
mod resolve;
pub(crate) mod section;

/// A checked contract, made by [`Draft::check`](crate::Draft::check) or
/// [`Contract::from_section`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    exports: Vec<Function>,
    imports: Vec<Import>,
    records: Vec<Arc<Record>>,
}

/// A function with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Function {
    /// The name with which modules export or import the function.
    pub name: String,
    /// The parameters and the result.
    pub signature: Signature,
}

/// A function that the host provides.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Import {
    /// The module from which guests import the function.
    pub module: String,
    /// The function.
    pub function: Function,
}

impl Contract {
    /// The functions that a plugin exports, in the order of the source.
    pub fn exports(&self) -> &[Function] {
        &self.exports
    }

    /// The signature of the export `name`; `None` if the contract declares no such export.
    pub fn export(&self, name: &str) -> Option<&Signature> {
        let found = self.exports.iter().find(|function| function.name == name);
        found.map(|function| &function.signature)
    }

    /// The functions that a plugin may import, in the order of the source.
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// The signature of the import `name` from `module`; `None` if the contract declares no such
    /// import.
    pub fn import(&self, module: &str, name: &str) -> Option<&Signature> {
        let is = |import: &&Import| import.module == module && import.function.name == name;
        self.imports.iter().find(is).map(|import| &import.function.signature)
    }

    /// The records, in the order of the source.
    pub fn records(&self) -> &[Arc<Record>] {
        &self.records
    }

    /// The record `name`; `None` if the contract declares no such record.
    pub fn record(&self, name: &str) -> Option<&Arc<Record>> {
        self.records.iter().find(|record| record.name == name)
    }

    /// Whether the host has to allocate guest memory: for strings, lists and pointers that it
    /// passes to exports, or that host functions return. Then the guest has to export
    /// [`ALLOC`](crate::ALLOC) and [`FREE`](crate::FREE).
    pub fn needs_allocator(&self) -> bool {
        let in_memory = |ty: &ValueType| {
            matches!(ty, ValueType::String | ValueType::List(_) | ValueType::Ptr(_))
        };
        let parameters = self.exports.iter().flat_map(|export| &export.signature.parameters);
        let results = self.imports.iter().filter_map(|import| import.function.signature.result());
        parameters.map(|parameter| &parameter.ty).chain(results).any(in_memory)
    }

    /// A map of the exports by name, for many look-ups. [`export`](Self::export) searches the list.
    pub fn by_name(&self) -> HashMap<&str, &Signature> {
        self.exports.iter().map(|export| (export.name.as_str(), &export.signature)).collect()
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name.escape_debug(), self.signature)
    }
}
