//! The life cycle of an instance: it is initialised once, called until a call fails, and poisoned.
//!
//! All ways into a guest go through [`enter`]. It alone decides whether an instance may run, and
//! remembers the error that poisoned it. A panic of the host's that unwinds through guest frames
//! poisons the instance too.

use std::mem;
use std::sync::Arc;

use wasmtime::{Extern, Func, StoreContextMut, ThrownException};

use crate::error::{CallError, InstantiateError};
use crate::instance::exports::{Function, INITIALIZE};
use crate::instance::outcome;
use crate::instance::state::{self, Live, State};
use crate::instance::template::Template;
use crate::os::stack::NoStack;
use crate::os::{fork, stack};

/// Whether an instance can be called.
pub(crate) enum LifeCycle {
    /// `_initialize` is running.
    Initialising,
    Ready,
    Poisoned {
        /// The export that was called.
        export: Arc<str>,
        /// How that call failed.
        first: Arc<CallError>,
    },
}

impl LifeCycle {
    pub(crate) fn is_poisoned(&self) -> bool {
        matches!(self, LifeCycle::Poisoned { .. })
    }
}

/// On its way through guest frames: a host function has called the guest, and that call poisoned
/// the instance.
#[derive(Debug)]
pub(crate) struct PoisonedMeanwhile;

impl std::fmt::Display for PoisonedMeanwhile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the instance is poisoned")
    }
}

impl std::error::Error for PoisonedMeanwhile {}

/// How guest code is entered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// By the embedder: a call begins.
    Outer,
    /// By a host function: a call goes on.
    Reentrant,
}

/// Runs guest code, if the instance is not poisoned; where that fails, poisons it.
///
/// This is on the way of every call. What is not stands apart, so that it costs nothing.
#[inline]
pub(crate) fn enter<R>(
    mut store: StoreContextMut<'_, State>,
    entry: Entry,
    export: &Arc<str>,
    guest: impl FnOnce(&mut StoreContextMut<'_, State>) -> wasmtime::Result<R>,
) -> Result<R, CallError> {
    let state = store.data_mut();
    if !matches!(state.life, LifeCycle::Ready) || state.process != fork::process() {
        return Err(refuse(state, export));
    }
    // What calls the guest again is on the stack that the first call was begun on.
    if !state.is_running && !stack::has(state.needed_stack_bytes) {
        let bytes = state.needed_stack_bytes;
        return stack::on_a_new_one(bytes, || run(store, entry, export, guest))
            .unwrap_or_else(|NoStack { needed }| Err(CallError::NoStack { needed }));
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
) -> Result<R, CallError> {
    let state = store.data_mut();
    if entry == Entry::Outer {
        state.deadline.begin();
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

/// Drop guard around guest code: dropped while armed means that a panic of the host's is unwinding
/// through guest frames, so the instance is poisoned.
struct Running<'a, 'b> {
    store: StoreContextMut<'a, State>,
    export: &'b Arc<str>,
}

impl Running<'_, '_> {
    #[cold]
    fn fail(mut self, error: &wasmtime::Error) -> CallError {
        let export = self.export;
        forget_exception(&mut self.store, error);
        let state = self.store.data_mut();
        let error = outcome::of_guest(error, state);
        let error = poison(state, export, error);
        mem::forget(self);
        error
    }
}

impl Drop for Running<'_, '_> {
    fn drop(&mut self) {
        let cause = "a panic of the host's went through the guest".to_owned();
        poison(self.store.data_mut(), self.export, CallError::Host { cause });
    }
}

/// The engine keeps an exception that came out of a call until someone takes it.
fn forget_exception(store: &mut StoreContextMut<'_, State>, error: &wasmtime::Error) {
    if error.is::<ThrownException>() {
        store.take_pending_exception();
    }
}

/// Poisons an instance, if no earlier error has. Returns the error.
#[cold]
fn poison(state: &mut State, export: &Arc<str>, error: CallError) -> CallError {
    if !state.life.is_poisoned() {
        let first = Arc::new(error.clone());
        state.life = LifeCycle::Poisoned { export: export.clone(), first };
    }
    error
}

/// Why an instance can't be called.
#[cold]
pub(crate) fn refuse(state: &State, export: &Arc<str>) -> CallError {
    if state.process != fork::process() {
        return CallError::Forked;
    }
    match &state.life {
        LifeCycle::Poisoned { export, first } => {
            CallError::Poisoned { export: export.clone(), first: first.clone() }
        }
        LifeCycle::Initialising | LifeCycle::Ready => {
            CallError::NotReady { export: export.clone() }
        }
    }
}

/// The function behind an export, looked up once an instance.
#[inline]
pub(crate) fn function(
    store: StoreContextMut<'_, State>,
    number: usize,
    function: &Function,
) -> Result<Func, CallError> {
    match &store.data().live {
        // The engine would look under a lock.
        _ if store.data().process != fork::process() => Err(CallError::Forked),
        Some(live) => match live.known(number).or_else(|| state::look_up(store, number)) {
            Some(func) => Ok(func),
            // The index is of the very module that this is an instance of.
            None => unreachable!("`{}` was a function when the module was loaded", function.name),
        },
        None => Err(refuse(store.data(), &function.name)),
    }
}

/// Makes the instance that a new store is for, and initialises it.
pub(super) fn initialise(
    mut store: StoreContextMut<'_, State>,
    template: &Arc<Template>,
) -> Result<(), InstantiateError> {
    store.data().deadline.begin();
    let bytes = store.data().needed_stack_bytes;
    let mut initialise = || {
        store.data_mut().is_running = true;
        store.data().deadline.check()?;
        let instance = template.pre.instantiate(&mut store)?;
        // A pre-initialised module (R010) exports one that does nothing. What its snapshot has to
        // find as it was, such as a clock that goes on, is to be set up before this.
        let initialize = instance.get_typed_func::<(), ()>(&mut store, INITIALIZE)?;
        initialize.call(&mut store, ())?;
        store.data_mut().is_running = false;
        Ok(instance)
    };
    let initialised = match stack::has(bytes) {
        true => initialise(),
        false => stack::on_a_new_one(bytes, initialise).map_err(|NoStack { needed }| {
            InstantiateError::Host { cause: CallError::NoStack { needed }.to_string() }
        })?,
    };
    let instance = initialised.map_err(|error: wasmtime::Error| {
        forget_exception(&mut store, &error);
        outcome::of_initialize(&error, store.data())
    })?;
    let memory = match instance.get_export(&mut store, "memory") {
        Some(Extern::Memory(memory)) => Some(memory),
        _ => None,
    };
    let state = store.data_mut();
    state.live = Some(Live::new(instance, memory, template));
    state.life = LifeCycle::Ready;
    Ok(())
}
