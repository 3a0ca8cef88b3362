//! Core types and core values, between the contract's words and the engine's.

use polyreactor_contract::{CoreType, FuncType, Val};
use wasmtime::{ValRaw, ValType};

/// The type of a function of the engine's.
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

/// The engine's type; `None` for what is no number.
pub(crate) fn engine_type(ty: &CoreType) -> Option<ValType> {
    match ty {
        CoreType::I32 => Some(ValType::I32),
        CoreType::I64 => Some(ValType::I64),
        CoreType::F32 => Some(ValType::F32),
        CoreType::F64 => Some(ValType::F64),
        CoreType::Other(_) => None,
    }
}

/// The value as the engine passes it, if it is of that core type.
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

/// The value that the engine hands back, of that core type; only of functions of numbers.
#[inline]
pub(crate) fn from_raw(ty: &CoreType, raw: &ValRaw) -> Val {
    match ty {
        CoreType::I64 => Val::S64(raw.get_i64()),
        CoreType::F32 => Val::F32(f32::from_bits(raw.get_f32())),
        CoreType::F64 => Val::F64(f64::from_bits(raw.get_f64())),
        CoreType::I32 | CoreType::Other(_) => Val::S32(raw.get_i32()),
    }
}
