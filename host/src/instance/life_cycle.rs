//! Entering guest code, from outside or from a host function, and what becomes of an instance.
//!
//! All ways into a guest go through [`enter`]: it alone decides whether an instance may run, and
//! remembers why one may not any more. A panic of the host's that unwinds through it ends the
//! instance too.

use std::mem;
use std::sync::Arc;

use wasmtime::{Extern, Func, Instance, StoreContextMut};

use crate::Error;
use crate::instance::exports::{Function, INITIALIZE};
use crate::instance::state::{Inside, State};
use crate::load::reactor::Compiled;

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
    if !matches!(state.life, Life::Live) {
        return Err(refuse(state, export));
    }
    if entry == Entry::Anew {
        state.watch.begin();
    }
    let mut running = Running { store, export };
    match guest(&mut running.store) {
        Ok(results) => {
            mem::forget(running);
            Ok(results)
        }
        Err(error) => Err(running.fail(&error)),
    }
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
        Some(Inside { called, instance, .. }) => match called[number] {
            Some(func) => Ok(func),
            None => Ok(look_up(*instance, store, number, function)),
        },
        None => Err(refuse(store.data(), &function.name)),
    }
}

#[cold]
fn look_up(
    instance: Instance,
    mut store: StoreContextMut<'_, State>,
    number: usize,
    function: &Function,
) -> Func {
    match instance.get_module_export(&mut store, &function.index) {
        Some(Extern::Func(func)) => {
            if let Some(inside) = &mut store.data_mut().inside {
                inside.called[number] = Some(func);
            }
            func
        }
        // The index is of the very module that this is an instance of.
        _ => unreachable!("`{}` was a function when the module was loaded", function.name),
    }
}

/// Makes the instance that a new store is for, and initialises it.
pub(crate) fn begin(
    mut store: StoreContextMut<'_, State>,
    reactor: &Arc<Compiled>,
) -> Result<(), Error> {
    store.data().watch.begin();
    let begun = (|| {
        store.data().watch.check()?;
        let instance = reactor.pre.instantiate(&mut store)?;
        let initialize = instance.get_typed_func::<(), ()>(&mut store, INITIALIZE)?;
        initialize.call(&mut store, ())?;
        Ok(instance)
    })();
    let instance = begun.map_err(|error: wasmtime::Error| {
        let cause = Error::of_guest(&error, store.data());
        let has_begun = match &cause {
            Error::Host { .. } => false,
            // It asked for so much before anything of it ran.
            Error::OutOfMemory { cause, .. } => !matches!(**cause, Error::Host { .. }),
            _ => true,
        };
        if has_begun { Error::InitFailed { cause: Arc::new(cause) } } else { cause }
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
