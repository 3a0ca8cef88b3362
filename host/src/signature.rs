//! The types of functions, in the field's notation: `(i32, f64) -> i32`.

use std::fmt;

use wasmtime::{FuncType, ValType};

/// What a function takes and gives back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The types of the parameters, in order.
    pub params: Vec<Type>,
    /// The types of the results, in order.
    pub results: Vec<Type>,
}

/// A value's type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// A 32-bit integer, signed or not.
    I32,
    /// A 64-bit integer, signed or not.
    I64,
    /// A 32-bit float.
    F32,
    /// A 64-bit float.
    F64,
    /// What is no number and can't be passed from here, as the specification writes it.
    Other(String),
}

impl Signature {
    pub(crate) fn of(ty: &FuncType) -> Self {
        Signature {
            params: ty.params().map(Type::of).collect(),
            results: ty.results().map(Type::of).collect(),
        }
    }

    /// The same, as a module itself describes it.
    pub(crate) fn described(ty: &polyreactor_convention::FuncType) -> Self {
        let all = |types: &[polyreactor_convention::ValType]| {
            types.iter().map(|ty| Type::named(&ty.to_string())).collect()
        };
        Signature { params: all(&ty.params), results: all(&ty.results) }
    }

    /// Whether everything in it is a number.
    pub fn is_numeric(&self) -> bool {
        let mut types = self.params.iter().chain(&self.results);
        !types.any(|ty| matches!(ty, Type::Other(_)))
    }
}

impl Type {
    /// `None` for what is no number.
    pub(crate) fn to_engine(&self) -> Option<ValType> {
        match self {
            Type::I32 => Some(ValType::I32),
            Type::I64 => Some(ValType::I64),
            Type::F32 => Some(ValType::F32),
            Type::F64 => Some(ValType::F64),
            Type::Other(_) => None,
        }
    }

    fn of(ty: ValType) -> Self {
        Type::named(&ty.to_string())
    }

    fn named(name: &str) -> Self {
        match name {
            "i32" => Type::I32,
            "i64" => Type::I64,
            "f32" => Type::F32,
            "f64" => Type::F64,
            other => Type::Other(other.to_owned()),
        }
    }
}

/// Types in parentheses, as a list of parameters.
pub(crate) struct List<'a>(pub(crate) &'a [Type]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (number, ty) in self.0.iter().enumerate() {
            let gap = if number == 0 { "" } else { ", " };
            write!(f, "{gap}{ty}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> ", List(&self.params))?;
        match &self.results[..] {
            [one] => one.fmt(f),
            results => List(results).fmt(f),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::I32 => "i32",
            Type::I64 => "i64",
            Type::F32 => "f32",
            Type::F64 => "f64",
            Type::Other(text) => text,
        })
    }
}
