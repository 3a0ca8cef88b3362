//! Look-ups and calls of exports by name, from outside and from a host function.

use wasmtime::{AsContextMut, Extern, Memory, StoreContextMut, ValRaw};

use crate::abi::core::{from_raw, to_raw};
use crate::call::params::{self, Params, Results};
use crate::instance::exports::Function;
use crate::instance::life_cycle::{self as life, Entry};
use crate::instance::state::State;
use crate::load::reactor::Compiled;
use crate::{CoreType, Error, Func, FuncType, Val};

/// Looks a function up, and checks its type.
pub(crate) fn typed<P: Params, R: Results>(
    mut store: StoreContextMut<'_, State>,
    reactor: &Compiled,
    name: &str,
) -> Result<Func<P, R>, Error> {
    let (number, function) = reactor.exports.find(name)?;
    let asked = params::signature::<P, R>();
    if asked != function.signature {
        return Err(Error::TypeMismatch {
            export: function.name.clone(),
            actual: function.signature.clone(),
            asked,
        });
    }
    let func = life::function(store.as_context_mut(), number, function)?;
    let typed = func.typed(&store).map_err(Error::host)?;
    Ok(Func::new(typed, store.data().id, function.name.clone()))
}

/// Calls a function by name, with values that are held against its type now.
pub(crate) fn dynamic(
    store: StoreContextMut<'_, State>,
    reactor: &Compiled,
    entry: Entry,
    name: &str,
    values: &[Val],
) -> Result<Vec<Val>, Error> {
    let (number, function) = reactor.exports.find(name)?;
    /// As many are passed on the stack: more than a person writes.
    const FEW: usize = 4;
    let FuncType { params, results } = &function.signature;
    let room = values.len().max(results.len());
    let mut few = [ValRaw::i32(0); FEW];
    let mut many = Vec::new();
    let raw = match few.get_mut(..room) {
        Some(few) => few,
        None => {
            many.resize(room, ValRaw::i32(0));
            &mut many[..]
        }
    };
    if !function.is_numeric || !lower(values, params, raw) {
        return Err(mismatch(function, values));
    }
    // SAFETY: they are of the types that the function takes (`lower`), and none is a reference.
    unsafe { raw_call(store, entry, number, function, raw) }?;
    let mut answer = Vec::with_capacity(results.len());
    answer.extend(results.iter().zip(raw.iter()).map(|(ty, raw)| from_raw(ty, raw)));
    Ok(answer)
}

/// Calls a function with core values, in whose place it leaves its results.
///
/// # Safety
///
/// The first of `raw` are the parameters, each of its type.
#[inline]
pub(crate) unsafe fn raw_call(
    mut store: StoreContextMut<'_, State>,
    entry: Entry,
    number: usize,
    function: &Function,
    raw: &mut [ValRaw],
) -> Result<(), Error> {
    let FuncType { params, results } = &function.signature;
    assert!(raw.len() >= params.len().max(results.len()), "there is room for all of them");
    let callee = life::function(store.as_context_mut(), number, function)?;
    let raw: *mut [ValRaw] = raw;
    // SAFETY: there is room for all, and the types are as the caller says.
    life::enter(store, entry, &function.name, |store| unsafe { callee.call_unchecked(store, raw) })
}

/// Puts the values where the engine takes them from; whether they are of these types.
#[inline]
fn lower(values: &[Val], params: &[CoreType], raw: &mut [ValRaw]) -> bool {
    let pairs = values.iter().zip(params).zip(raw);
    values.len() == params.len()
        && pairs.into_iter().all(|((value, ty), place)| {
            let lowered = to_raw(value, ty);
            lowered.map(|lowered| *place = lowered).is_some()
        })
}

#[cold]
fn mismatch(function: &Function, values: &[Val]) -> Error {
    let given = values.iter().map(|value| match value.core_type() {
        Some(core) => core.to_string(),
        None => value.ty().to_string(),
    });
    let (export, actual) = (function.name.clone(), function.signature.clone());
    Error::ArgumentMismatch { export, actual, given: given.collect() }
}

/// The bytes of the guest's memory; none before `_initialize` has succeeded.
pub(crate) fn bytes<'a>(mut store: StoreContextMut<'a, State>) -> &'a mut [u8] {
    match memory(&mut store) {
        Some(memory) => memory.data_mut(store),
        None => &mut [],
    }
}

/// The guest's memory; `None` before `_initialize` has succeeded.
pub(crate) fn memory(mut store: impl AsContextMut<Data = State>) -> Option<Memory> {
    let mut store = store.as_context_mut();
    let instance = store.data().inside.as_ref()?.instance;
    match instance.get_export(&mut store, "memory") {
        Some(Extern::Memory(memory)) => Some(memory),
        // A module without it is not loaded (R004).
        _ => None,
    }
}
