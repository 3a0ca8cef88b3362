//! Typed calls: looks up an export, checks the Rust types once, lowers, calls and lifts.

use std::any::{TypeId, type_name};
use std::sync::Arc;

use polyreactor_contract::FuncType;
use wasmtime::{AsContextMut, Func, StoreContextMut, TypedFunc};

use crate::abi::call_scope::{self, CallScope, GuestAlloc};
use crate::abi::place::Raw;
use crate::abi::{Guest, Lift, Params};
use crate::error::{BadValue, CallError};
use crate::instance::access::private::Access;
use crate::instance::exports::Function;
use crate::instance::life_cycle;
use crate::instance::state::State;

/// Calls an export by name.
#[inline]
pub(super) fn by_name<P: Params, R: Lift>(
    access: Access<'_>,
    name: &str,
    params: P,
) -> Result<R, CallError> {
    let Access { mut store, template, entry } = access.ready(name)?;
    let (number, function) = template.exports.find(name)?;
    let func = checked::<P, R>(store.as_context_mut(), number, function)?;
    if P::IS_FLAT && R::IS_FLAT {
        let mut raw = Raw::new();
        params.lower_flat(&mut raw);
        // SAFETY: arguments and results are of the function's types (`checked`).
        unsafe { call_scope::call(store, entry, func, &function.name, &mut raw, R::COUNT) }?;
        // SAFETY: the call has returned.
        let results = unsafe { raw.results(R::COUNT) };
        return R::lift(results, Guest::NONE).map_err(|cause| bad_result(&function.name, cause));
    }
    call(GuestAlloc { store, template, entry }, func, &function.name, params)
}

/// The function behind an export, after a check that `P` and `R` fit its type. The types of the
/// last successful check are stored for each export, so that the same types are not checked again.
#[inline]
pub(super) fn checked<P: Params, R: Lift>(
    mut store: StoreContextMut<'_, State>,
    number: usize,
    function: &Function,
) -> Result<Func, CallError> {
    let types = TypeId::of::<(P::Key, R)>();
    if store.data_mut().callee(number).is_none_or(|callee| callee.checked != Some(types)) {
        check::<P, R>(function)?;
        if let Some(callee) = store.data_mut().callee(number) {
            callee.checked = Some(types);
        }
    }
    life_cycle::function(store, number, function)
}

#[cold]
fn check<P: Params, R: Lift>(function: &Function) -> Result<(), CallError> {
    let export = function.name.clone();
    if let Some(declared) = &function.declared {
        let parameters = declared.parameters();
        let fits = R::RESULT.is_some_and(|result| (result.fits)(declared.result()));
        if fits && P::fit(parameters) {
            return Ok(());
        }
        let (params, result) = (type_name::<P>(), type_name::<R>());
        let asked = format!("{params} -> {result}{}", P::differences(parameters));
        return Err(CallError::NotAsDeclared { export, declared: declared.clone(), asked });
    }
    let actual = &function.signature;
    if P::is_core(&actual.params) && R::is_result(&actual.results) {
        return Ok(());
    }
    let asked = FuncType::new(P::core(), R::results());
    Err(CallError::TypeMismatch { export, actual: actual.clone(), asked })
}

/// Calls a function whose type `P` and `R` fit (`checked`).
#[inline]
pub(super) fn call<P: Params, R: Lift>(
    alloc: GuestAlloc<'_>,
    func: Func,
    export: &Arc<str>,
    mut params: P,
) -> Result<R, CallError> {
    CallScope::run(alloc, |scope| {
        let mut raw = Raw::new();
        let allocations = params.lower(scope, &mut raw)?;
        // SAFETY: arguments and results are of the function's types (`checked`).
        unsafe { scope.call(func, export, &mut raw, R::COUNT) }?;
        // SAFETY: the call has returned.
        let results = unsafe { raw.results(R::COUNT) };
        // Lifting copies, before `polyreactor_free` runs guest code that may reuse the result's
        // buffer (B010).
        let result = R::lift(results, scope.guest()).map_err(|cause| bad_result(export, cause))?;
        params.write_back(scope, &allocations).map_err(|BadValue(text)| {
            bad_result(export, BadValue(format!("{text}, behind an argument")))
        })?;
        Ok(result)
    })
}

/// Calls a function whose arguments and result need no guest memory. [`by_name`] has no
/// `TypedFunc`: making one takes longer than the call.
#[inline]
pub(super) fn call_flat<P: Params, R: Lift>(
    access: Access<'_>,
    func: &TypedFunc<P::Core, R::Core>,
    export: &Arc<str>,
    params: &P,
) -> Result<R, CallError> {
    let Access { store, entry, .. } = access;
    let core = params.to_core();
    match life_cycle::enter(store, entry, export, |store| func.call(store, core)) {
        Ok(result) => R::from_core(result).map_err(|cause| bad_result(export, cause)),
        Err(error) => Err(*error),
    }
}

#[cold]
fn bad_result(export: &Arc<str>, cause: BadValue) -> CallError {
    CallError::BadResult { export: export.clone(), cause }
}
