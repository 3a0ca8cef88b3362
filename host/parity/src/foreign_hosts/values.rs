//! Calls and values in the words of the room `foreign`, and back.

use polyreactor_contract::{List, Signature, Val, ValueType};

use crate::foreign::{ForeignCall, ForeignType, ForeignValue};
use crate::plugin::implementation::Implementation;
use crate::plugin::interface::Export;

/// Whether an export can be called in a foreign host, in all implementations: it returns at most
/// one value, and no pointer, since the host does not read what lies behind it.
pub(super) fn is_callable(export: &Export, implementations: &[Implementation]) -> bool {
    let returns_one = |implementation: &Implementation| {
        let mut exports = implementation.reactor.exports();
        exports.all(|(name, ty)| name != export.name || ty.results.len() < 2)
    };
    !matches!(export.signature.result(), Some(ValueType::Ptr(_)))
        && implementations.iter().all(returns_one)
}

/// The call of an export.
pub(super) fn call(export: &Export, values: &[Val]) -> ForeignCall {
    let parameters = export.signature.parameters();
    let args = values.iter().zip(parameters).map(|(value, of)| lowered(value, &of.ty)).collect();
    ForeignCall::new(&export.name, args, export.signature.result().map(result_type))
}

fn result_type(ty: &ValueType) -> ForeignType {
    match ty {
        ValueType::Bool | ValueType::S32 | ValueType::U32 | ValueType::Ptr(_) => ForeignType::I32,
        ValueType::S64 | ValueType::U64 => ForeignType::I64,
        ValueType::F32 => ForeignType::F32,
        ValueType::F64 => ForeignType::F64,
        ValueType::String => ForeignType::String,
        ValueType::List(scalar) => ForeignType::List { element_bytes: scalar.size_bytes() as u32 },
    }
}

fn lowered(value: &Val, ty: &ValueType) -> ForeignValue {
    match (value, ty) {
        (value, ValueType::Ptr(pointee)) => {
            let layout = pointee.layout();
            let mut bytes = vec![0; layout.size_bytes as usize];
            // A generated or parsed argument is of its parameter's type, so it can be stored.
            let _ = value.store(pointee, &mut bytes);
            ForeignValue::Pointer { align_bytes: layout.align_bytes, bytes }
        }
        (Val::List(list), ValueType::List(scalar)) => ForeignValue::List {
            element_bytes: scalar.size_bytes() as u32,
            bytes: list.bytes().unwrap_or_default().to_vec(),
        },
        (Val::Bool(value), _) => ForeignValue::I32((*value).into()),
        (Val::S8(value), _) => ForeignValue::I32((*value).into()),
        (Val::U8(value), _) => ForeignValue::I32((*value).into()),
        (Val::S16(value), _) => ForeignValue::I32((*value).into()),
        (Val::U16(value), _) => ForeignValue::I32((*value).into()),
        (Val::S32(value), _) => ForeignValue::I32(*value),
        (Val::U32(value), _) => ForeignValue::I32(value.cast_signed()),
        (Val::S64(value), _) => ForeignValue::I64(*value),
        (Val::U64(value), _) => ForeignValue::I64(value.cast_signed()),
        (Val::F32(value), _) => ForeignValue::F32(value.to_bits()),
        (Val::F64(value), _) => ForeignValue::F64(value.to_bits()),
        (Val::String(text), _) => ForeignValue::String(text.clone()),
        // No parameter has such a value: the host refuses the call.
        _ => ForeignValue::String(value.to_string()),
    }
}

/// A result as a value of the type `ty`. An error says why it is none.
pub(super) fn lifted(value: &ForeignValue, ty: &ValueType) -> Result<Val, String> {
    Ok(match (value, ty) {
        (ForeignValue::I32(number @ (0 | 1)), ValueType::Bool) => Val::Bool(*number == 1),
        (ForeignValue::I32(number), ValueType::S32) => Val::S32(*number),
        (ForeignValue::I32(number), ValueType::U32) => Val::U32(number.cast_unsigned()),
        (ForeignValue::I64(number), ValueType::S64) => Val::S64(*number),
        (ForeignValue::I64(number), ValueType::U64) => Val::U64(number.cast_unsigned()),
        (ForeignValue::F32(bits), ValueType::F32) => Val::F32(f32::from_bits(*bits)),
        (ForeignValue::F64(bits), ValueType::F64) => Val::F64(f64::from_bits(*bits)),
        (ForeignValue::String(text), ValueType::String) => Val::String(text.clone()),
        (ForeignValue::List { bytes, .. }, ValueType::List(scalar)) => {
            Val::List(List::load(*scalar, bytes).map_err(|error| error.to_string())?)
        }
        (value, ty) => return Err(format!("the guest returned {value:?}, which is no {ty}")),
    })
}

/// The values behind pointers that a call has changed, with the names of their parameters.
pub(super) fn changed(
    signature: &Signature,
    arguments: &[Val],
    after: &[ForeignValue],
) -> Result<Vec<(String, Val)>, String> {
    let lent = signature.parameters().iter().zip(arguments).filter_map(|(parameter, before)| {
        match &parameter.ty {
            ValueType::Ptr(pointee) => Some((parameter, pointee, before)),
            _ => None,
        }
    });
    let mut changed = Vec::new();
    for ((parameter, pointee, before), after) in lent.zip(after) {
        let ForeignValue::Pointer { bytes, .. } = after else { continue };
        let after = Val::load(pointee, bytes).map_err(|error| error.to_string())?;
        if after != *before {
            changed.push((parameter.name.clone(), after));
        }
    }
    Ok(changed)
}
