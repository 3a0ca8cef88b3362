//! Lowers and lifts dynamic values ([`Val`]), by the types of a contract or by core types.

use std::sync::Arc;

use polyreactor_contract::{CoreType, List, Pointee, Signature, Val, ValueType};
use wasmtime::ValRaw;

use crate::abi::call_scope::{Allocation, CallScope};
use crate::abi::core::to_raw;
use crate::abi::lift::{Guest, bool_of, bytes_at, check_pointer, elements, string_at};
use crate::abi::lower::{Allocator, Failure, lower_owned, lower_sequence};
use crate::abi::place::Raw;
use crate::error::{BadValue, CallError};

/// Whether number and types of the values are those of the declared parameters.
pub(crate) fn fit(values: &[Val], declared: &Signature) -> bool {
    let parameters = declared.parameters();
    let pairs = values.iter().zip(parameters);
    values.len() == parameters.len()
        && pairs.into_iter().all(|(value, parameter)| value.is_a(&parameter.ty))
}

/// Lowers the values if their number and types are those of `types`; returns whether they are.
/// Otherwise the content of `raw` is of no use.
#[inline]
pub(crate) fn lower_core(values: &[Val], types: &[CoreType], raw: &mut Raw) -> bool {
    values.len() == types.len()
        && values
            .iter()
            .zip(types)
            .all(|(value, ty)| to_raw(value, ty).map(|value| raw.push(value)).is_some())
}

/// Lowers a value of the type that the contract declares for the parameter. Returns the allocation
/// behind a pointer, which the guest may change during the call; `None` for all other types.
///
/// # Panics
///
/// Where the value is not of the type `ty` ([`fit`]).
pub(crate) fn lower(
    value: &Val,
    ty: &ValueType,
    scope: &mut CallScope<'_>,
    raw: &mut Raw,
) -> Result<Option<Allocation>, CallError> {
    raw.push(match (value, ty) {
        (value, ValueType::Ptr(pointee)) => {
            let allocation = lower_pointee(value, pointee, scope)?;
            raw.push(ValRaw::u32(allocation.address));
            return Ok(Some(allocation));
        }
        (Val::String(text), _) => {
            let bytes = text.as_bytes();
            return lower_sequence(bytes, 1, bytes.len(), scope, raw).map(|()| None);
        }
        (Val::List(list), ValueType::List(scalar)) => {
            let bytes = list.bytes().unwrap_or_default();
            let align_bytes = scalar.size_bytes() as u32;
            return lower_sequence(bytes, align_bytes, list.len(), scope, raw).map(|()| None);
        }
        (Val::Bool(value), _) => ValRaw::i32((*value).into()),
        (Val::S32(value), _) => ValRaw::i32(*value),
        (Val::U32(value), _) => ValRaw::u32(*value),
        (Val::S64(value), _) => ValRaw::i64(*value),
        (Val::U64(value), _) => ValRaw::u64(*value),
        (Val::F32(value), _) => ValRaw::f32(value.to_bits()),
        (Val::F64(value), _) => ValRaw::f64(value.to_bits()),
        (other, _) => unreachable!("a {} is no parameter (see `Val::is_a`)", other.ty()),
    });
    Ok(None)
}

fn lower_pointee(
    value: &Val,
    pointee: &Pointee,
    scope: &mut CallScope<'_>,
) -> Result<Allocation, CallError> {
    let layout = pointee.layout();
    let mut bytes = vec![0; layout.size_bytes as usize];
    let stored = value.store(pointee, &mut bytes);
    stored.expect("the value is of the pointee's type (`Val::is_a`)");
    scope.alloc_copy(&bytes, layout.align_bytes)
}

/// Lifts the arguments of a dynamic host function.
pub(crate) fn lift_params(
    signature: &Signature,
    mut raw: &[ValRaw],
    guest: Guest<'_>,
) -> Result<Vec<Val>, BadValue> {
    let mut values = Vec::with_capacity(signature.parameters().len());
    for parameter in signature.parameters() {
        let (own, rest) = raw.split_at(parameter.ty.core_parameters().len());
        raw = rest;
        let value = match own {
            [one] => lift(&parameter.ty, one, guest),
            // Address and length, which a result has packed into one value.
            several => {
                let [address, length] = [0, 1].map(|at| several[at].get_u32());
                let packed = u64::from(address) << 32 | u64::from(length);
                lift(&parameter.ty, &ValRaw::u64(packed), guest)
            }
        };
        values.push(value.map_err(|BadValue(text)| {
            BadValue(format!("the guest passed {text}, as the argument `{}`", parameter.name))
        })?);
    }
    Ok(values)
}

/// Lowers the result of a dynamic host function. A string or list is copied into memory that the
/// guest owns from then on.
pub(crate) fn lower_result(
    result: Option<Val>,
    ty: Option<&ValueType>,
    allocator: &mut dyn Allocator,
) -> Result<ValRaw, Failure> {
    let packed = match (&result, ty) {
        (None, None) => return Ok(ValRaw::i32(0)),
        (Some(Val::String(text)), Some(ValueType::String)) => {
            lower_owned(text.as_bytes(), 1, text.len(), allocator)
        }
        (Some(value @ Val::List(list)), Some(ty @ ValueType::List(scalar))) if value.is_a(ty) => {
            let bytes = list.bytes().unwrap_or_default();
            lower_owned(bytes, scalar.size_bytes() as u32, list.len(), allocator)
        }
        (Some(Val::Bool(value)), Some(ValueType::Bool)) => {
            return Ok(ValRaw::i32((*value).into()));
        }
        (Some(value), Some(ty)) if value.is_a(ty) && value.core_type().is_some() => {
            let raw = to_raw(value, ty.core_result());
            return raw.ok_or_else(|| Arc::new(wrong_result(&result, Some(ty))) as Failure);
        }
        _ => return Err(Arc::new(wrong_result(&result, ty))),
    };
    packed.map(ValRaw::u64).map_err(|error| Arc::new(error) as Failure)
}

fn wrong_result(result: &Option<Val>, ty: Option<&ValueType>) -> BadValue {
    let given =
        result.as_ref().map_or_else(|| "nothing".to_owned(), |value| value.ty().to_string());
    let expected = ty.map_or_else(|| "nothing".to_owned(), ToString::to_string);
    BadValue(format!("the host function returned {given}, and its type says {expected}"))
}

/// Lifts a result of the type that the contract declares.
pub(crate) fn lift(ty: &ValueType, raw: &ValRaw, guest: Guest<'_>) -> Result<Val, BadValue> {
    let packed = raw.get_u64();
    let (address, count) = ((packed >> 32) as u32, packed as u32);
    Ok(match ty {
        ValueType::Bool => Val::Bool(bool_of(raw.get_i32())?),
        ValueType::S32 => Val::S32(raw.get_i32()),
        ValueType::U32 => Val::U32(raw.get_u32()),
        ValueType::S64 => Val::S64(raw.get_i64()),
        ValueType::U64 => Val::U64(raw.get_u64()),
        ValueType::F32 => Val::F32(f32::from_bits(raw.get_f32())),
        ValueType::F64 => Val::F64(f64::from_bits(raw.get_f64())),
        ValueType::String => Val::String(string_at(address, count, guest.memory)?),
        ValueType::List(scalar) => {
            let bytes = elements(address, count, *scalar, guest.memory)?;
            Val::List(List::load(*scalar, bytes)?)
        }
        ValueType::Ptr(pointee) => {
            /// Maximum size of the value behind a pointer, in bytes: the `Val` takes many times as
            /// much memory of the host.
            const MAX_POINTEE_BYTES: u32 = 1 << 20;
            let layout = pointee.layout();
            if layout.size_bytes > MAX_POINTEE_BYTES {
                let size = layout.size_bytes;
                return Err(BadValue(format!(
                    "a pointer to {size} bytes (`{pointee}`), and a dynamic call reads at most \
                     {MAX_POINTEE_BYTES}"
                )));
            }
            let address = raw.get_u32();
            check_pointer(address, layout.align_bytes)?;
            Val::load(pointee, bytes_at(address, layout.size_bytes, guest.memory)?)?
        }
    })
}
