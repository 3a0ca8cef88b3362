//! What calls from outside and from a host function have in common: an export's name in, a
//! function of the right type, or its answer, out.

use wasmtime::{AsContextMut, Extern, Memory, StoreContextMut, ValRaw};

use crate::exports::Function;
use crate::life::{self, Entry};
use crate::params::{self, Params, Results};
use crate::reactor::Compiled;
use crate::state::State;
use crate::{Error, Func, Signature, Type, Value};

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
    values: &[Value],
) -> Result<Vec<Value>, Error> {
    let (number, function) = reactor.exports.find(name)?;
    if !fits(function, values) {
        return Err(Error::ArgumentMismatch {
            export: function.name.clone(),
            actual: function.signature.clone(),
            given: values.iter().map(|value| value.ty()).collect(),
        });
    }
    /// As many are passed on the stack: more than a person writes.
    const FEW: usize = 4;
    let results = &function.signature.results;
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
    for (place, value) in raw.iter_mut().zip(values) {
        *place = value.to_raw();
    }
    // SAFETY: they are of the types that the function takes (`fits`), and none is a reference.
    unsafe { raw_call(store, entry, number, function, raw) }?;
    let mut answer = Vec::with_capacity(results.len());
    answer.extend(results.iter().zip(raw.iter()).map(|(ty, raw)| Value::from_raw(ty, raw)));
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
    let Signature { params, results } = &function.signature;
    assert!(raw.len() >= params.len().max(results.len()), "there is room for all of them");
    let callee = life::function(store.as_context_mut(), number, function)?;
    let raw: *mut [ValRaw] = raw;
    // SAFETY: there is room for all, and the types are as the caller says.
    life::enter(store, entry, &function.name, |store| unsafe { callee.call_unchecked(store, raw) })
}

/// Whether the function takes these, and takes and gives back nothing but numbers.
#[inline]
fn fits(function: &Function, values: &[Value]) -> bool {
    let Function { signature, is_numeric, .. } = function;
    let pairs = values.iter().zip(&signature.params);
    *is_numeric && values.len() == signature.params.len() && pairs.into_iter().all(is_of)
}

#[inline]
fn is_of((value, ty): (&Value, &Type)) -> bool {
    matches!(
        (value, ty),
        (Value::I32(_), Type::I32)
            | (Value::I64(_), Type::I64)
            | (Value::F32(_), Type::F32)
            | (Value::F64(_), Type::F64)
    )
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
