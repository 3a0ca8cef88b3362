//! Core types and core values: converts between `polyreactor_contract`'s and wasmtime's.

use polyreactor_contract::{CoreType, FuncType, Val};
use wasmtime::{ValRaw, ValType};

/// Converts the type of a wasmtime function.
pub(crate) fn func_type(ty: &wasmtime::FuncType) -> FuncType {
    FuncType::new(ty.params().map(core_type), ty.results().map(core_type))
}

fn core_type(ty: ValType) -> CoreType {
    match ty {
        ValType::I32 => CoreType::I32,
        ValType::I64 => CoreType::I64,
        ValType::F32 => CoreType::F32,
        ValType::F64 => CoreType::F64,
        other => CoreType::Other(other.to_string().into()),
    }
}

/// Converts a core type to wasmtime's; `None` where it is not a number type.
pub(crate) fn engine_type(ty: &CoreType) -> Option<ValType> {
    match ty {
        CoreType::I32 => Some(ValType::I32),
        CoreType::I64 => Some(ValType::I64),
        CoreType::F32 => Some(ValType::F32),
        CoreType::F64 => Some(ValType::F64),
        CoreType::Other(_) => None,
    }
}

/// Lowers a value of the core type `ty`; `None` where the value has another type.
#[inline]
pub(crate) fn to_raw(value: &Val, ty: &CoreType) -> Option<ValRaw> {
    Some(match (value, ty) {
        (Val::S32(value), CoreType::I32) => ValRaw::i32(*value),
        (Val::U32(value), CoreType::I32) => ValRaw::u32(*value),
        (Val::S64(value), CoreType::I64) => ValRaw::i64(*value),
        (Val::U64(value), CoreType::I64) => ValRaw::u64(*value),
        (Val::F32(value), CoreType::F32) => ValRaw::f32(value.to_bits()),
        (Val::F64(value), CoreType::F64) => ValRaw::f64(value.to_bits()),
        _ => return None,
    })
}

/// Lifts a result of the core type `ty`, which must be a number type; integers become signed.
#[inline]
pub(crate) fn from_raw(ty: &CoreType, raw: &ValRaw) -> Val {
    match ty {
        CoreType::I64 => Val::S64(raw.get_i64()),
        CoreType::F32 => Val::F32(f32::from_bits(raw.get_f32())),
        CoreType::F64 => Val::F64(f64::from_bits(raw.get_f64())),
        CoreType::I32 | CoreType::Other(_) => Val::S32(raw.get_i32()),
    }
}
