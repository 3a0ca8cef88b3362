//! Core types and core function types of WebAssembly: `(i32, f64) -> i32`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A core value type.
///
/// ```
/// use polyreactor_contract::CoreType;
///
/// assert_eq!(CoreType::I32.to_string(), "i32");
/// assert!(!CoreType::Other("v128".into()).is_number());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CoreType {
    /// A 32-bit integer, signed or not.
    I32,
    /// A 64-bit integer, signed or not.
    I64,
    /// A 32-bit float.
    F32,
    /// A 64-bit float.
    F64,
    /// A vector or a reference type, as the specification writes it: `v128`, `externref`. No type
    /// of a contract has such a core type, and no [`Val`](crate::Val) is of one.
    Other(Cow<'static, str>),
}

/// A core function type. Clones share their memory, because even a small module may have fifty
/// thousand exports with a thousand parameters each.
///
/// ```
/// use polyreactor_contract::{CoreType, FuncType};
///
/// let add = FuncType::new([CoreType::I32, CoreType::I32], [CoreType::I32]);
/// assert_eq!(add.to_string(), "(i32, i32) -> i32");
/// assert!(add.is_numeric());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FuncType {
    /// The types of the parameters, in order.
    pub params: Arc<[CoreType]>,
    /// The types of the results, in order.
    pub results: Arc<[CoreType]>,
}

impl CoreType {
    /// Whether the type is one of `i32 i64 f32 f64`, which every language has.
    pub fn is_number(&self) -> bool {
        !matches!(self, CoreType::Other(_))
    }
}

impl FuncType {
    /// A type with these parameters and results.
    pub fn new(
        params: impl IntoIterator<Item = CoreType>,
        results: impl IntoIterator<Item = CoreType>,
    ) -> Self {
        FuncType { params: params.into_iter().collect(), results: results.into_iter().collect() }
    }

    /// Whether the type is `() -> ()`.
    pub fn is_plain(&self) -> bool {
        self.params.is_empty() && self.results.is_empty()
    }

    /// Whether all parameters and results are numbers.
    pub fn is_numeric(&self) -> bool {
        self.params.iter().chain(&*self.results).all(CoreType::is_number)
    }
}

impl fmt::Display for CoreType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CoreType::I32 => "i32",
            CoreType::I64 => "i64",
            CoreType::F32 => "f32",
            CoreType::F64 => "f64",
            CoreType::Other(text) => text,
        })
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.params)?;
        f.write_str(" -> ")?;
        match &self.results[..] {
            [one] => one.fmt(f),
            results => write_list(f, results),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, types: &[CoreType]) -> fmt::Result {
    f.write_str("(")?;
    for (number, ty) in types.iter().enumerate() {
        let gap = if number == 0 { "" } else { ", " };
        write!(f, "{gap}{ty}")?;
    }
    f.write_str(")")
}

/// As text, as [`Display`](fmt::Display) writes it.
impl Serialize for CoreType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// As text, as [`Display`](fmt::Display) writes it.
impl Serialize for FuncType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
