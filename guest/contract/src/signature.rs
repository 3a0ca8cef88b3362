//! [`Signature`]: the type of a function in a contract, its text and its core type.

use std::fmt;

use polyreactor_layout::limits::GoFrame;

use crate::core_type::CoreType::{self, F32, F64, I32, I64};
use crate::core_type::FuncType;
use crate::types::ValueType;

/// The type of a function in a contract: `(name: string) -> string`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) result: Option<ValueType>,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name of the parameter.
    pub name: String,
    /// The type of the parameter.
    pub ty: ValueType,
}

impl Signature {
    /// The parameters, in order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The type of the result; `None` if the function has none.
    pub fn result(&self) -> Option<&ValueType> {
        self.result.as_ref()
    }

    /// The core type that the function has in a module, as an export or as an import.
    pub fn lowered(&self) -> FuncType {
        let params = self.parameters.iter().flat_map(|it| it.ty.core_parameters());
        let results = self.result.iter().map(ValueType::core_result);
        FuncType::new(params.cloned(), results.cloned())
    }

    /// The size of the parameters and the result on Go's stack.
    pub(crate) fn go_frame(&self) -> GoFrame {
        let sizes = self.parameters.iter().map(|parameter| match parameter.ty {
            ValueType::Bool => 1,
            ValueType::S32 | ValueType::U32 | ValueType::F32 => 4,
            // In Go, addresses have 64 bits.
            ValueType::S64 | ValueType::U64 | ValueType::F64 | ValueType::Ptr(_) => 8,
            ValueType::String | ValueType::List(_) => 16,
        });
        sizes.fold(GoFrame::EMPTY, GoFrame::with_parameter).with_result(self.result.is_some())
    }
}

impl ValueType {
    /// The core types of a parameter of this type.
    pub fn core_parameters(&self) -> &'static [CoreType] {
        match self {
            ValueType::Bool | ValueType::S32 | ValueType::U32 | ValueType::Ptr(_) => &[I32],
            ValueType::S64 | ValueType::U64 => &[I64],
            ValueType::F32 => &[F32],
            ValueType::F64 => &[F64],
            ValueType::String | ValueType::List(_) => &[I32, I32],
        }
    }

    /// The core type of a result of this type.
    pub fn core_result(&self) -> &'static CoreType {
        match self.core_parameters() {
            [one] => one,
            // Address and length, packed into one i64.
            _ => &I64,
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (number, Parameter { name, ty }) in self.parameters.iter().enumerate() {
            let gap = if number == 0 { "" } else { ", " };
            write!(f, "{gap}{name}: {ty}")?;
        }
        f.write_str(")")?;
        match &self.result {
            Some(result) => write!(f, " -> {result}"),
            None => Ok(()),
        }
    }
}
