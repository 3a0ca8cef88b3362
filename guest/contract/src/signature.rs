//! The type of a contract's function: its text, its core type, and the room that Go needs for it.

use std::fmt;

use crate::core_type::CoreType::{self, F32, F64, I32, I64};
use crate::core_type::FuncType;
use crate::types::ValueType;

/// A function's type in the contract's words: `(name: string) -> string`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) result: Option<ValueType>,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: ValueType,
}

/// What Go has on its stack for the arguments and the result of a `go:wasmexport` function:
/// `StackSmall`, by `GenWasmExportWrapper` in cmd/compile/internal/ssagen/abi.go.
pub(crate) const MOST_BYTES: u64 = 128;

/// As many registers cmd/internal/obj/wasm has for the core parameters of such a function. One
/// more, and the compiler panics (Go 1.26: `bad Get: invalid register`).
pub(crate) const MOST_CORE_PARAMETERS: usize = 16;

impl Signature {
    /// Its parameters, in order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Its result, where it has one.
    pub fn result(&self) -> Option<&ValueType> {
        self.result.as_ref()
    }

    /// The core type that a module has it with, as an export or as an import.
    pub fn lowered(&self) -> FuncType {
        let params = self.parameters.iter().flat_map(|parameter| match parameter.ty {
            ValueType::String => vec![I32, I32],
            ref other => vec![core(other)],
        });
        let results = self.result.iter().map(|ty| match ty {
            ValueType::String => I64,
            other => core(other),
        });
        FuncType::new(params, results)
    }

    /// The bytes that Go's stack needs for the arguments and the result: there, addresses are
    /// 64 bits wide.
    pub(crate) fn go_frame_bytes(&self) -> u64 {
        const REGISTER: u64 = 8;
        let add = |end: u64, ty: &ValueType| {
            let (size, align) = match ty {
                ValueType::Bool => (1, 1),
                ValueType::S32 | ValueType::U32 | ValueType::F32 => (4, 4),
                ValueType::S64 | ValueType::U64 | ValueType::F64 | ValueType::Ptr(_) => (8, 8),
                ValueType::String => (16, 8),
            };
            end.next_multiple_of(align) + size
        };
        let parameters = self.parameters.iter().fold(0, |end, parameter| add(end, &parameter.ty));
        let results = parameters.next_multiple_of(REGISTER);
        // Of any type, as it is one register at most.
        results + self.result.as_ref().map_or(0, |_| REGISTER)
    }
}

fn core(ty: &ValueType) -> CoreType {
    match ty {
        ValueType::Bool | ValueType::S32 | ValueType::U32 | ValueType::Ptr(_) => I32,
        ValueType::S64 | ValueType::U64 | ValueType::String => I64,
        ValueType::F32 => F32,
        ValueType::F64 => F64,
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
