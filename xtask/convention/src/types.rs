//! The types of imports and exports, in the field's notation: `func (i32) -> i32`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A core value type, as the specification writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValType(Cow<'static, str>);

impl ValType {
    /// Whether it is one of `i32 i64 f32 f64`, which every language can say.
    pub fn is_number(&self) -> bool {
        matches!(&*self.0, "i32" | "i64" | "f32" | "f64")
    }
}

/// A function's type. Those that are copies of one another share their memory: a small module
/// may have a thousand parameters in each of fifty thousand exports.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FuncType {
    /// The types of the parameters, in order.
    pub params: Arc<[ValType]>,
    /// The types of the results, in order.
    pub results: Arc<[ValType]>,
}

impl FuncType {
    /// Whether it is `() -> ()`.
    pub fn is_plain(&self) -> bool {
        self.params.is_empty() && self.results.is_empty()
    }
}

/// What an import or an export is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A linear memory.
    Memory(MemoryType),
    /// A global: its value's type, and whether it can be set.
    Global(ValType, bool),
    /// A table of this element type.
    Table(ValType),
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

impl From<wasmparser::ValType> for ValType {
    fn from(ty: wasmparser::ValType) -> Self {
        use wasmparser::ValType::{F32, F64, I32, I64, Ref, V128};
        ValType(match ty {
            I32 => "i32".into(),
            I64 => "i64".into(),
            F32 => "f32".into(),
            F64 => "f64".into(),
            V128 => "v128".into(),
            Ref(ty) => ty.to_string().into(),
        })
    }
}

impl From<wasmparser::RefType> for ValType {
    fn from(ty: wasmparser::RefType) -> Self {
        ValType(ty.to_string().into())
    }
}

impl From<&wasmparser::FuncType> for FuncType {
    fn from(ty: &wasmparser::FuncType) -> Self {
        let all = |types: &[wasmparser::ValType]| types.iter().map(|&ty| ty.into()).collect();
        FuncType { params: all(ty.params()), results: all(ty.results()) }
    }
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

impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |types: &[ValType]| types.iter().map(ValType::to_string).collect::<Vec<_>>().join(", ");
        write!(f, "({}) -> ", list(&self.params))?;
        match &self.results[..] {
            [one] => write!(f, "{one}"),
            results => write!(f, "({})", list(results)),
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

macro_rules! serialize_as_written {
    ($($ty:ty),*) => {$(
        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}

serialize_as_written!(ValType, FuncType, ExternType);
