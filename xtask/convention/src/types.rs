//! The types of imports and exports, in the field's notation: `func (i32) -> i32`.

use std::fmt;

use polyreactor_contract::{CoreType, FuncType};
use serde::{Serialize, Serializer};

/// What an import or an export is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A linear memory.
    Memory(MemoryType),
    /// A global: its value's type, and whether it can be set.
    Global(CoreType, bool),
    /// A table of this element type.
    Table(CoreType),
    /// An exception tag.
    Tag,
}

/// A linear memory's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MemoryType {
    /// Its size at the start, in pages.
    pub minimum_pages: u64,
    /// What it may grow to, in pages.
    pub maximum_pages: Option<u64>,
    /// Whether its addresses are 64 bits wide.
    pub memory64: bool,
    /// Whether threads share it.
    pub shared: bool,
    /// Whether it comes from outside.
    pub imported: bool,
}

/// The type as contracts have it.
pub(crate) fn core_type(ty: wasmparser::ValType) -> CoreType {
    use wasmparser::ValType::{F32, F64, I32, I64, Ref, V128};
    match ty {
        I32 => CoreType::I32,
        I64 => CoreType::I64,
        F32 => CoreType::F32,
        F64 => CoreType::F64,
        V128 => CoreType::Other("v128".into()),
        Ref(ty) => ref_type(ty),
    }
}

/// The type of a table's elements.
pub(crate) fn ref_type(ty: wasmparser::RefType) -> CoreType {
    CoreType::Other(ty.to_string().into())
}

/// The type of a function.
pub(crate) fn func_type(ty: &wasmparser::FuncType) -> FuncType {
    let all = |types: &[wasmparser::ValType]| types.iter().copied().map(core_type).collect();
    FuncType { params: all(ty.params()), results: all(ty.results()) }
}

impl MemoryType {
    pub(crate) fn new(ty: &wasmparser::MemoryType, imported: bool) -> Self {
        MemoryType {
            minimum_pages: ty.initial,
            maximum_pages: ty.maximum,
            memory64: ty.memory64,
            shared: ty.shared,
            imported,
        }
    }
}

impl fmt::Display for MemoryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |set: bool, word: &'static str| if set { word } else { "" };
        write!(f, "memory {}", self.minimum_pages)?;
        if let Some(maximum) = self.maximum_pages {
            write!(f, "..{maximum}")?;
        }
        let pages =
            if self.minimum_pages == 1 && self.maximum_pages.is_none() { "page" } else { "pages" };
        write!(f, " {pages}{}{}", word(self.memory64, ", 64-bit"), word(self.shared, ", shared"))
    }
}

impl fmt::Display for ExternType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExternType::Func(ty) => write!(f, "func {ty}"),
            ExternType::Memory(ty) => write!(f, "{ty}"),
            ExternType::Global(ty, true) => write!(f, "global mut {ty}"),
            ExternType::Global(ty, false) => write!(f, "global {ty}"),
            ExternType::Table(ty) => write!(f, "table {ty}"),
            ExternType::Tag => f.write_str("tag"),
        }
    }
}

/// As text, as [`Display`](fmt::Display) writes it.
impl Serialize for ExternType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
