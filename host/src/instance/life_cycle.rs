//! Entering guest code, from outside or from a host function, and what becomes of an instance.
//!
//! All ways into a guest go through [`enter`]: it alone decides whether an instance may run, and
//! remembers why one may not any more. A panic of the host's that unwinds through it ends the
//! instance too.

use std::mem;
use std::sync::Arc;

use wasmtime::{Extern, Func, Instance, StoreContextMut, ThrownException};

use crate::Error;
use crate::error::told;
use crate::instance::exports::{Function, INITIALIZE};
use crate::instance::state::{Inside, State};
use crate::load::reactor::Compiled;
use crate::os::{fork, stack};

/// Whether an instance can be called.
pub(crate) enum Life {
    /// `_initialize` is running.
    Beginning,
    Live,
    Dead {
        /// The export whose call was the last.
        export: Arc<str>,
        first: Arc<Error>,
    },
}

impl Life {
    /// Whether the instance has not ended.
    pub(crate) fn is_well(&self) -> bool {
        !matches!(self, Life::Dead { .. })
    }
}

/// A host function's way of saying that the instance died while it was running: by a call that
/// it made into the guest itself.
#[derive(Debug)]
pub(crate) struct Fallen;

impl std::fmt::Display for Fallen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the instance has ended")
    }
}

impl std::error::Error for Fallen {}

/// How guest code is entered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// From outside: a call begins.
    Anew,
    /// From a host function: a call goes on.
    Again,
}

/// Runs guest code, if the instance is alive; where that fails, it is so no longer.
///
/// This is on the way of every call. What is not stands apart, so that it costs nothing.
#[inline]
pub(crate) fn enter<R>(
    mut store: StoreContextMut<'_, State>,
    entry: Entry,
    export: &Arc<str>,
    guest: impl FnOnce(&mut StoreContextMut<'_, State>) -> wasmtime::Result<R>,
) -> Result<R, Error> {
    let state = store.data_mut();
    if !matches!(state.life, Life::Live) || state.process != fork::process() {
        return Err(refuse(state, export));
    }
    // What calls the guest again is on the stack that the first call was begun on.
    if !state.is_running && !stack::has(state.stack) {
        let bytes = state.stack;
        return elsewhere(bytes, || run(store, entry, export, guest))?;
    }
    run(store, entry, export, guest)
}

/// As [`enter`], where all is well for it.
#[inline]
fn run<R>(
    mut store: StoreContextMut<'_, State>,
    entry: Entry,
    export: &Arc<str>,
    guest: impl FnOnce(&mut StoreContextMut<'_, State>) -> wasmtime::Result<R>,
) -> Result<R, Error> {
    let state = store.data_mut();
    if entry == Entry::Anew {
        state.watch.begin();
    }
    let was_running = mem::replace(&mut state.is_running, true);
    let mut running = Running { store, export };
    match guest(&mut running.store) {
        Ok(results) => {
            running.store.data_mut().is_running = was_running;
            mem::forget(running);
            Ok(results)
        }
        Err(error) => Err(running.fail(&error)),
    }
}

/// On a stack of its own. Where none can be had, nothing has been begun.
#[cold]
fn elsewhere<R>(bytes: usize, call: impl FnOnce() -> R) -> Result<R, Error> {
    stack::on_a_new_one(bytes, call).map_err(|error| Error::Host { cause: error.to_string() })
}

/// Guest code is running. Who leaves without saying how is a panic of the host's.
struct Running<'a, 'b> {
    store: StoreContextMut<'a, State>,
    export: &'b Arc<str>,
}

impl Running<'_, '_> {
    #[cold]
    fn fail(mut self, error: &wasmtime::Error) -> Error {
        let export = self.export;
        forget_exception(&mut self.store, error);
        let state = self.store.data_mut();
        let error = Error::of_guest(error, state);
        let error = die(state, export, error);
        mem::forget(self);
        error
    }
}

impl Drop for Running<'_, '_> {
    fn drop(&mut self) {
        let cause = "a panic of the host's went through the guest".to_owned();
        die(self.store.data_mut(), self.export, Error::Host { cause });
    }
}

/// The engine keeps an exception that came out of a call until someone takes it.
fn forget_exception(store: &mut StoreContextMut<'_, State>, error: &wasmtime::Error) {
    if error.is::<ThrownException>() {
        store.take_pending_exception();
    }
}

/// Ends an instance. The first who says why is believed.
#[cold]
fn die(state: &mut State, export: &Arc<str>, error: Error) -> Error {
    if !matches!(state.life, Life::Dead { .. }) {
        let first = Arc::new(error.clone());
        state.life = Life::Dead { export: export.clone(), first };
    }
    error
}

#[cold]
fn refuse(state: &State, export: &Arc<str>) -> Error {
    if state.process != fork::process() {
        return Error::Forked;
    }
    match &state.life {
        Life::Dead { export, first } => {
            Error::Dead { export: export.clone(), first: first.clone() }
        }
        Life::Beginning | Life::Live => Error::NotReady { export: export.clone() },
    }
}

/// The function behind an export, looked up once an instance.
#[inline]
pub(crate) fn function(
    store: StoreContextMut<'_, State>,
    number: usize,
    function: &Function,
) -> Result<Func, Error> {
    match &store.data().inside {
        // The engine would look under a lock.
        _ if store.data().process != fork::process() => Err(Error::Forked),
        Some(Inside { called, instance, .. }) => match called[number] {
            Some(func) => Ok(func),
            None => Ok(look_up(*instance, store, number, &function.name)),
        },
        None => Err(refuse(store.data(), &function.name)),
    }
}

#[cold]
fn look_up(
    instance: Instance,
    mut store: StoreContextMut<'_, State>,
    number: usize,
    name: &str,
) -> Func {
    let reactor = store.data().inside.as_ref().map(|inside| inside.reactor.clone());
    let export = reactor
        .and_then(|reactor| instance.get_module_export(&mut store, &reactor.indices[number]));
    match export {
        Some(Extern::Func(func)) => {
            if let Some(inside) = &mut store.data_mut().inside {
                inside.called[number] = Some(func);
            }
            func
        }
        // The index is of the very module that this is an instance of.
        _ => unreachable!("`{name}` was a function when the module was loaded"),
    }
}

/// Makes the instance that a new store is for, and initialises it.
pub(crate) fn begin(
    mut store: StoreContextMut<'_, State>,
    reactor: &Arc<Compiled>,
) -> Result<(), Error> {
    store.data().watch.begin();
    let bytes = store.data().stack;
    let mut initialize = || {
        store.data_mut().is_running = true;
        store.data().watch.check()?;
        let instance = reactor.pre.instantiate(&mut store)?;
        let initialize = instance.get_typed_func::<(), ()>(&mut store, INITIALIZE)?;
        initialize.call(&mut store, ())?;
        store.data_mut().is_running = false;
        Ok(instance)
    };
    let begun = match stack::has(bytes) {
        true => initialize(),
        false => elsewhere(bytes, initialize)?,
    };
    let instance = begun.map_err(|error: wasmtime::Error| {
        forget_exception(&mut store, &error);
        let cause = Error::of_guest(&error, store.data());
        let has_begun = match &cause {
            Error::Host { .. } => false,
            // It asked for so much before anything of it ran.
            Error::OutOfMemory { cause, .. } => !matches!(**cause, Error::Host { .. }),
            _ => true,
        };
        if !has_begun {
            return cause;
        }
        let (_, last_lines) = told(store.data());
        Error::InitFailed { cause: Arc::new(cause), last_lines }
    })?;
    let state = store.data_mut();
    state.inside = Some(Inside {
        instance,
        called: vec![None; reactor.exports.functions().len()].into(),
        reactor: reactor.clone(),
    });
    state.life = Life::Live;
    Ok(())
}
