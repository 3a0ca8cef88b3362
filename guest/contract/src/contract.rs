//! The contract of a plugin: the functions that it exports and imports, with their types, and the
//! records that they point at.
//!
//! Core types say that a parameter is an i32; the contract says that it is a bool, or where a
//! record begins. It is written in `plugin.toml`, and travels with the module, in the custom
//! section [`SECTION`](crate::SECTION).

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

/// A checked contract; [`Draft::check`](crate::Draft::check) makes it.
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
    /// Its name, as modules export or import it.
    pub name: String,
    /// What it takes and answers.
    pub signature: Signature,
}

/// A function that the host provides.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Import {
    /// The module that guests import it from.
    pub module: String,
    /// The function.
    pub function: Function,
}

impl Contract {
    /// What a plugin exports, in the order of the source.
    pub fn exports(&self) -> &[Function] {
        &self.exports
    }

    /// The signature of the export of that name.
    pub fn export(&self, name: &str) -> Option<&Signature> {
        let found = self.exports.iter().find(|function| function.name == name);
        found.map(|function| &function.signature)
    }

    /// What a plugin may import, in the order of the source.
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// The signature of the import of that name, from that module.
    pub fn import(&self, module: &str, name: &str) -> Option<&Signature> {
        let is = |import: &&Import| import.module == module && import.function.name == name;
        self.imports.iter().find(is).map(|import| &import.function.signature)
    }

    /// The records, in the order of the source.
    pub fn records(&self) -> &[Arc<Record>] {
        &self.records
    }

    /// The record of that name.
    pub fn record(&self, name: &str) -> Option<&Arc<Record>> {
        self.records.iter().find(|record| record.name == name)
    }

    /// Whether the host has to take memory of the guest's: for strings, lists and pointers that it
    /// passes to exports, or that its own functions answer.
    pub fn needs_allocator(&self) -> bool {
        let in_memory = |ty: &ValueType| {
            matches!(ty, ValueType::String | ValueType::List(_) | ValueType::Ptr(_))
        };
        let parameters = self.exports.iter().flat_map(|export| &export.signature.parameters);
        let results = self.imports.iter().filter_map(|import| import.function.signature.result());
        parameters.map(|parameter| &parameter.ty).chain(results).any(in_memory)
    }

    /// The exports by name, for who asks often.
    pub fn by_name(&self) -> HashMap<&str, &Signature> {
        self.exports.iter().map(|export| (export.name.as_str(), &export.signature)).collect()
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name.escape_debug(), self.signature)
    }
}
