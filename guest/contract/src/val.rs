//! [`Val`]: a dynamically typed value.

use std::hash::{Hash, Hasher};
use std::mem;

use crate::types::{Pointee, ValueType};
use list::List;
use polyreactor_layout::Scalar;

pub(crate) mod list;
pub(crate) mod memory;
pub(crate) mod ty;

mod convert;
mod text;
mod wave;

/// A dynamically typed value: a core value, or a value of one of a contract's types. For a pointer,
/// the `Val` is the value that the pointer points to.
///
/// ```
/// use polyreactor_contract::Val;
///
/// let point = Val::record([("x", Val::from(1)), ("label", Val::from("a \"b\""))]);
/// assert_eq!(point.to_string(), r#"{x: 1, label: "a \"b\""}"#);
/// assert_eq!(Val::from(vec![1_u8, 2]).to_string(), "[1, 2]");
/// ```
///
/// [`Display`](std::fmt::Display) writes WAVE, with two differences: a NaN other than the canonical
/// one is followed by its payload, as in WebAssembly's text format; and fields have the contract's
/// names, with `_` instead of WAVE's `-`.
///
/// Equality and hashes compare bits: NaNs with different payloads differ, and 0.0 and -0.0 differ.
///
/// ```
/// # use polyreactor_contract::Val;
/// assert_eq!(Val::from(f64::NAN), Val::from(f64::NAN));
/// assert_ne!(Val::from(0.0), Val::from(-0.0));
/// assert_eq!(Val::F32(f32::from_bits(0x7fa0_0000)).to_string(), "nan:0x200000");
/// ```
///
/// # Core values
///
/// An i32 is an [`S32`](Val::S32) and an i64 an [`S64`](Val::S64): without a contract, a function
/// returns signed integers. As an argument, [`U32`](Val::U32) and [`U64`](Val::U64) are accepted
/// too.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Val {
    /// A bool.
    Bool(bool),
    /// A signed integer of 8 bits; only in lists and behind pointers.
    S8(i8),
    /// An unsigned integer of 8 bits; only in lists and behind pointers.
    U8(u8),
    /// A signed integer of 16 bits; only in lists and behind pointers.
    S16(i16),
    /// An unsigned integer of 16 bits; only in lists and behind pointers.
    U16(u16),
    /// A signed integer of 32 bits; also a core i32.
    S32(i32),
    /// An unsigned integer of 32 bits.
    U32(u32),
    /// A signed integer of 64 bits; also a core i64.
    S64(i64),
    /// An unsigned integer of 64 bits.
    U64(u64),
    /// A float of 32 bits.
    F32(f32),
    /// A float of 64 bits.
    F64(f64),
    /// A string.
    String(String),
    /// A list: any number of values of one type.
    List(List),
    /// A record: all fields with their names, in the contract's order.
    Record(Vec<(String, Val)>),
}

impl Val {
    /// Makes a record of these fields, which have to be in the contract's order.
    pub fn record<N: Into<String>>(fields: impl IntoIterator<Item = (N, Val)>) -> Val {
        Val::Record(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// The scalar type of a bool or a number; `None` for anything else.
    pub fn scalar(&self) -> Option<Scalar> {
        Some(match self {
            Val::Bool(_) => Scalar::Bool,
            Val::S8(_) => Scalar::S8,
            Val::U8(_) => Scalar::U8,
            Val::S16(_) => Scalar::S16,
            Val::U16(_) => Scalar::U16,
            Val::S32(_) => Scalar::S32,
            Val::U32(_) => Scalar::U32,
            Val::S64(_) => Scalar::S64,
            Val::U64(_) => Scalar::U64,
            Val::F32(_) => Scalar::F32,
            Val::F64(_) => Scalar::F64,
            Val::String(_) | Val::List(_) | Val::Record(_) => return None,
        })
    }

    /// Whether this is a value of the type `ty`; for a pointer type, whether the pointer can point
    /// to this value. An empty list is a value of each type `list<T>`.
    ///
    /// ```
    /// use polyreactor_contract::{Val, ValueType};
    ///
    /// assert!(Val::from(1_u32).is_a(&ValueType::U32));
    /// assert!(!Val::from(1_u32).is_a(&ValueType::S32));
    /// ```
    pub fn is_a(&self, ty: &ValueType) -> bool {
        match (self, ty) {
            (Val::Bool(_), ValueType::Bool)
            | (Val::S32(_), ValueType::S32)
            | (Val::U32(_), ValueType::U32)
            | (Val::S64(_), ValueType::S64)
            | (Val::U64(_), ValueType::U64)
            | (Val::F32(_), ValueType::F32)
            | (Val::F64(_), ValueType::F64)
            | (Val::String(_), ValueType::String) => true,
            (Val::List(values), ValueType::List(scalar)) => values.is_of(*scalar),
            (value, ValueType::Ptr(pointee)) => value.lies_as(pointee),
            _ => false,
        }
    }

    /// Whether this is a value of the type `pointee`, so that [`store`](Val::store) can write it.
    pub fn lies_as(&self, pointee: &Pointee) -> bool {
        match (self, pointee) {
            (Val::List(values), Pointee::List(of, length)) => {
                values.len() as u64 == u64::from(*length) && values.all_lie_as(of)
            }
            (Val::Record(values), Pointee::Record(record)) => {
                let fields = record.fields();
                let pairs = values.iter().zip(fields);
                values.len() == fields.len()
                    && pairs.into_iter().all(|((name, value), field)| {
                        *name == field.name && value.lies_as(&field.ty)
                    })
            }
            (value, Pointee::Scalar(scalar)) => value.scalar() == Some(*scalar),
            _ => false,
        }
    }
}

impl PartialEq for Val {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Val::Bool(a), Val::Bool(b)) => a == b,
            (Val::S8(a), Val::S8(b)) => a == b,
            (Val::U8(a), Val::U8(b)) => a == b,
            (Val::S16(a), Val::S16(b)) => a == b,
            (Val::U16(a), Val::U16(b)) => a == b,
            (Val::S32(a), Val::S32(b)) => a == b,
            (Val::U32(a), Val::U32(b)) => a == b,
            (Val::S64(a), Val::S64(b)) => a == b,
            (Val::U64(a), Val::U64(b)) => a == b,
            (Val::F32(a), Val::F32(b)) => a.to_bits() == b.to_bits(),
            (Val::F64(a), Val::F64(b)) => a.to_bits() == b.to_bits(),
            (Val::String(a), Val::String(b)) => a == b,
            (Val::List(a), Val::List(b)) => a == b,
            (Val::Record(a), Val::Record(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Val {}

impl Hash for Val {
    fn hash<H: Hasher>(&self, state: &mut H) {
        mem::discriminant(self).hash(state);
        match self {
            Val::Bool(value) => value.hash(state),
            Val::S8(value) => value.hash(state),
            Val::U8(value) => value.hash(state),
            Val::S16(value) => value.hash(state),
            Val::U16(value) => value.hash(state),
            Val::S32(value) => value.hash(state),
            Val::U32(value) => value.hash(state),
            Val::S64(value) => value.hash(state),
            Val::U64(value) => value.hash(state),
            Val::F32(value) => value.to_bits().hash(state),
            Val::F64(value) => value.to_bits().hash(state),
            Val::String(value) => value.hash(state),
            Val::List(values) => values.hash(state),
            Val::Record(values) => values.hash(state),
        }
    }
}
