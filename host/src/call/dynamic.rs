//! Dynamic calls: `call_dynamic`, with values whose types are known only at run time.

use polyreactor_contract::{Outcome, Signature, Val};
use wasmtime::AsContextMut;

use crate::abi::call_scope::{self, CallScope, GuestAlloc};
use crate::abi::core::from_raw;
use crate::abi::dynamic::{fit, lift, lower, lower_core};
use crate::abi::place::Raw;
use crate::error::{BadValue, CallError};
use crate::instance::access::private::Access;
use crate::instance::exports::Function;
use crate::instance::life_cycle;

/// Calls an export by name, with the types that the contract declares for it, or with its core
/// types where no contract declares it.
pub(super) fn call(access: Access<'_>, name: &str, values: &[Val]) -> Result<Outcome, CallError> {
    let Access { store, template, entry } = access.ready(name)?;
    let (number, function) = template.exports.find(name)?;
    let alloc = GuestAlloc { store, template, entry };
    match &function.declared {
        Some(declared) => by_contract(alloc, number, function, declared, values),
        None => by_core_type(alloc, number, function, values),
    }
}

fn by_core_type(
    alloc: GuestAlloc<'_>,
    number: usize,
    function: &Function,
    values: &[Val],
) -> Result<Outcome, CallError> {
    let GuestAlloc { mut store, entry, .. } = alloc;
    let results = &function.signature.results;
    let mut raw = Raw::new();
    let fits = function.is_numeric
        && raw.has_room_for(values.len().max(results.len()))
        && lower_core(values, &function.signature.params, &mut raw);
    if !fits {
        return Err(mismatch(function, values));
    }
    let func = life_cycle::function(store.as_context_mut(), number, function)?;
    // SAFETY: `lower_core` has checked number and types of the values against the function's
    // parameters; all parameters and results are numbers (`is_numeric`), and `raw` has space for
    // them.
    unsafe { call_scope::call(store, entry, func, &function.name, &mut raw, results.len()) }?;
    // SAFETY: the call has returned.
    let raw = unsafe { raw.results(results.len()) };
    let results = results.iter().zip(raw).map(|(ty, raw)| from_raw(ty, raw)).collect();
    Ok(Outcome { results, changed: Vec::new() })
}

fn by_contract(
    mut alloc: GuestAlloc<'_>,
    number: usize,
    function: &Function,
    declared: &Signature,
    values: &[Val],
) -> Result<Outcome, CallError> {
    if !fit(values, declared) {
        let kinds: Vec<_> = values.iter().map(kind).collect();
        return Err(CallError::NotAsDeclared {
            export: function.name.clone(),
            declared: declared.clone(),
            asked: format!("({})", kinds.join(", ")),
        });
    }
    let func = life_cycle::function(alloc.store.as_context_mut(), number, function)?;
    let bad = |cause| CallError::BadResult { export: function.name.clone(), cause };
    CallScope::run(alloc, |scope| {
        let (mut raw, mut pointees) = (Raw::new(), Vec::new());
        for (value, parameter) in values.iter().zip(declared.parameters()) {
            if let Some(allocation) = lower(value, &parameter.ty, scope, &mut raw)? {
                pointees.push((parameter, value, allocation));
            }
        }
        let count = function.signature.results.len();
        // SAFETY: the values are of the declared types (`fit`), and a loaded module's function has
        // the core types that its contract declares (R009).
        unsafe { scope.call(func, &function.name, &mut raw, count) }?;
        // SAFETY: the call has returned.
        let raw = unsafe { raw.results(count) };
        let results = declared.result().into_iter().zip(raw);
        let results = results.map(|(ty, raw)| lift(ty, raw, scope.guest()));
        let results = results.collect::<Result<_, _>>().map_err(bad)?;
        let mut changed = Vec::new();
        for (parameter, before, allocation) in pointees {
            let polyreactor_contract::ValueType::Ptr(pointee) = &parameter.ty else { continue };
            let after = Val::load(pointee, scope.bytes(allocation)).map_err(|cause| {
                bad(BadValue(format!("{cause}, behind its argument `{}`", parameter.name)))
            })?;
            if after != *before {
                changed.push((parameter.name.clone(), after));
            }
        }
        Ok(Outcome { results, changed })
    })
}

#[cold]
fn mismatch(function: &Function, values: &[Val]) -> CallError {
    let given = values.iter().map(|value| match value.core_type() {
        Some(core) => core.to_string(),
        None => value.ty().to_string(),
    });
    let (export, actual) = (function.name.clone(), function.signature.clone());
    CallError::ArgumentMismatch { export, actual, given: given.collect() }
}

/// The type of a value as messages show it; a list with its length.
fn kind(value: &Val) -> String {
    match value {
        Val::List(values) => format!("{} of {}", value.ty(), values.len()),
        other => other.ty().to_string(),
    }
}
