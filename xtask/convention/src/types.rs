//! Types of imports and exports, written like `func (i32) -> i32`.

use std::fmt;

use polyreactor_contract::{CoreType, FuncType};
use serde::{Serialize, Serializer};

/// The kind and the type of an import or an export.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A linear memory.
    Memory(MemoryType),
    /// A global: the type of its value, and whether it is mutable.
    Global(CoreType, bool),
    /// A table, with the type of its elements.
    Table(CoreType),
    /// An exception tag.
    Tag,
}

/// The type of a linear memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MemoryType {
    /// The initial size, in pages (of 64 KiB, unless the module uses custom page sizes).
    pub minimum_pages: u64,
    /// The size up to which the memory can grow, in pages; `None` without a declared maximum.
    pub maximum_pages: Option<u64>,
    /// Whether addresses are 64 bits wide.
    pub memory64: bool,
    /// Whether threads can share the memory.
    pub shared: bool,
    /// Whether the module imports the memory.
    pub imported: bool,
}

/// Converts a value type into the type that contracts use.
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

/// Converts the type of a table's elements.
pub(crate) fn ref_type(ty: wasmparser::RefType) -> CoreType {
    CoreType::Other(ty.to_string().into())
}

/// Converts the type of a function.
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

/// Serialises the text that [`Display`](fmt::Display) writes.
impl Serialize for ExternType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
