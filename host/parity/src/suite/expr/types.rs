//! [`Type`]: the type of an expression.

use std::fmt;
use std::sync::Arc;

use polyreactor_contract::{CoreType, Pointee, Record, Scalar, ValueType};

/// The type of an expression. A pointer is what it points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A number or a bool.
    Scalar(Scalar),
    /// A string.
    String,
    /// A list of any number of scalars.
    List(Scalar),
    /// A list of a fixed length: the type of its elements, and their number.
    Array(Box<Pointee>, u32),
    /// A record of the contract.
    Record(Arc<Record>),
}

impl Type {
    /// The type of the conditions.
    pub(in super::super) const BOOL: Type = Type::Scalar(Scalar::Bool);

    /// The type of a core value; `None` if it is no number.
    pub fn of_core(core: &CoreType) -> Option<Type> {
        Some(Type::Scalar(match core {
            CoreType::I32 => Scalar::S32,
            CoreType::I64 => Scalar::S64,
            CoreType::F32 => Scalar::F32,
            CoreType::F64 => Scalar::F64,
            CoreType::Other(_) => return None,
        }))
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Type::Scalar(scalar) if *scalar != Scalar::Bool)
    }

    pub(super) fn is_integer(&self) -> bool {
        self.is_number() && !matches!(self, Type::Scalar(Scalar::F32 | Scalar::F64))
    }

    /// The type of a list's elements.
    pub(super) fn element(&self) -> Option<Type> {
        match self {
            Type::List(scalar) => Some(Type::Scalar(*scalar)),
            Type::Array(of, _) => Some(Type::from(&**of)),
            _ => None,
        }
    }

    /// The type of a record's field, and its index.
    pub(super) fn field(&self, name: &str) -> Option<(usize, Type)> {
        let Type::Record(record) = self else { return None };
        let at = record.fields().iter().position(|field| field.name == name)?;
        Some((at, Type::from(&record.fields()[at].ty)))
    }
}

impl From<Scalar> for Type {
    fn from(scalar: Scalar) -> Self {
        Type::Scalar(scalar)
    }
}

impl From<&Pointee> for Type {
    fn from(pointee: &Pointee) -> Self {
        match pointee {
            Pointee::Scalar(scalar) => Type::Scalar(*scalar),
            Pointee::List(of, length) => Type::Array(of.clone(), *length),
            Pointee::Record(record) => Type::Record(record.clone()),
        }
    }
}

impl From<&ValueType> for Type {
    fn from(ty: &ValueType) -> Self {
        Type::Scalar(match ty {
            ValueType::Bool => Scalar::Bool,
            ValueType::S32 => Scalar::S32,
            ValueType::U32 => Scalar::U32,
            ValueType::S64 => Scalar::S64,
            ValueType::U64 => Scalar::U64,
            ValueType::F32 => Scalar::F32,
            ValueType::F64 => Scalar::F64,
            ValueType::String => return Type::String,
            ValueType::List(scalar) => return Type::List(*scalar),
            ValueType::Ptr(pointee) => return Type::from(pointee),
        })
    }
}

/// The contract's text of the type; for a record its name.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Scalar(scalar) => scalar.fmt(f),
            Type::String => f.write_str("string"),
            Type::List(scalar) => write!(f, "list<{scalar}>"),
            Type::Array(of, length) => write!(f, "list<{of}, {length}>"),
            Type::Record(record) => f.write_str(record.name()),
        }
    }
}
