//! [`Type`]: the type of a [`Val`], whose text is that of WIT.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use wasm_wave::wasm::{WasmType, WasmTypeKind};

use super::Val;
use polyreactor_layout::Scalar;

/// The type of a [`Val`], which [`Val::ty`] returns and which determines how `wasm_wave` parses
/// text.
///
/// ```
/// use polyreactor_contract::{Type, Val};
///
/// let point = Val::record([("x", Val::from(1)), ("tags", Val::from(vec![1_u8]))]);
/// assert_eq!(point.ty().to_string(), "record {x: s32, tags: list<u8>}");
///
/// let pair: Val = wasm_wave::from_str(&Val::from(vec![0_u16]).ty(), "[1, 2]").unwrap();
/// assert_eq!(pair, Val::from(vec![1_u16, 2]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// A bool or a number.
    Scalar(Scalar),
    /// A string.
    String,
    /// A list: any number of values of one type.
    List(Arc<Type>),
    /// A record: fields with their names, in order.
    Record(Arc<[(String, Type)]>),
    /// The element type of an empty list whose element type is not known. No value is of this type.
    Unknown,
}

impl Val {
    /// The type of this value. The type of a list is that of its first element.
    pub fn ty(&self) -> Type {
        match self {
            Val::String(_) => Type::String,
            Val::List(values) => {
                let first = || values.get(0).map_or(Type::Unknown, |value| value.ty());
                Type::List(Arc::new(values.scalar().map_or_else(first, Type::Scalar)))
            }
            Val::Record(values) => Type::Record(
                values.iter().map(|(name, value)| (name.clone(), value.ty())).collect(),
            ),
            scalar => scalar.scalar().map_or(Type::Unknown, Type::Scalar),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Scalar(scalar) => scalar.fmt(f),
            Type::String => f.write_str("string"),
            Type::List(of) => write!(f, "list<{of}>"),
            Type::Record(fields) => {
                f.write_str("record {")?;
                for (number, (name, ty)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {ty}", if number == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Type::Unknown => f.write_str("_"),
        }
    }
}

/// For `wasm_wave`, which parses text by this type.
impl WasmType for Type {
    fn kind(&self) -> WasmTypeKind {
        match self {
            Type::Scalar(Scalar::Bool) => WasmTypeKind::Bool,
            Type::Scalar(Scalar::S8) => WasmTypeKind::S8,
            Type::Scalar(Scalar::U8) => WasmTypeKind::U8,
            Type::Scalar(Scalar::S16) => WasmTypeKind::S16,
            Type::Scalar(Scalar::U16) => WasmTypeKind::U16,
            Type::Scalar(Scalar::S32) => WasmTypeKind::S32,
            Type::Scalar(Scalar::U32) => WasmTypeKind::U32,
            Type::Scalar(Scalar::S64) => WasmTypeKind::S64,
            Type::Scalar(Scalar::U64) => WasmTypeKind::U64,
            Type::Scalar(Scalar::F32) => WasmTypeKind::F32,
            Type::Scalar(Scalar::F64) => WasmTypeKind::F64,
            Type::String => WasmTypeKind::String,
            Type::List(_) => WasmTypeKind::List,
            Type::Record(_) => WasmTypeKind::Record,
            Type::Unknown => WasmTypeKind::Unsupported,
        }
    }

    fn list_element_type(&self) -> Option<Self> {
        match self {
            Type::List(of) => Some((**of).clone()),
            _ => None,
        }
    }

    fn record_fields(&self) -> Box<dyn Iterator<Item = (Cow<'_, str>, Self)> + '_> {
        match self {
            Type::Record(fields) => {
                Box::new(fields.iter().map(|(name, ty)| (name.as_str().into(), ty.clone())))
            }
            _ => Box::new(std::iter::empty()),
        }
    }
}
