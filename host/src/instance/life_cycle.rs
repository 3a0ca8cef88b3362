//! The life cycle of an instance: initialised once, called any number of times, and poisoned by the
//! first fatal error.
//!
//! Every call of guest code goes through [`enter`]. It alone decides whether an instance may run,
//! and stores the error that poisons it. A host panic that unwinds through guest frames poisons the
//! instance too.

use std::mem;
use std::sync::Arc;

use wasmtime::{Extern, Func, StoreContextMut, ThrownException};

use crate::error::{CallError, InstantiateError};
use crate::instance::exports::{Function, INITIALIZE};
use crate::instance::outcome;
use crate::instance::state::{self, Live, NOT_IDLE, State};
use crate::instance::template::Template;
use crate::os::stack::NoStack;
use crate::os::{fork, stack};

/// Whether an instance can be called.
pub(crate) enum LifeCycle {
    /// `_initialize` is running.
    Initialising,
    Ready,
    Poisoned {
        /// The export whose call poisoned the instance.
        export: Arc<str>,
        /// The error of that call.
        first: Arc<CallError>,
    },
}

impl LifeCycle {
    pub(crate) fn is_poisoned(&self) -> bool {
        matches!(self, LifeCycle::Poisoned { .. })
    }
}

/// The error that unwinds the guest frames of an outer call after a re-entrant call has poisoned
/// the instance.
#[derive(Debug)]
pub(crate) struct PoisonedMeanwhile;

impl std::fmt::Display for PoisonedMeanwhile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the instance is poisoned")
    }
}

impl std::error::Error for PoisonedMeanwhile {}

/// Who calls guest code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// The embedder: the deadline starts anew.
    Outer,
    /// A host function, or the host for a further step of the same call, such as freeing guest
    /// memory: under the deadline of the outer call.
    Reentrant,
}

/// Runs guest code, unless the instance is poisoned or belongs to a parent process. An error of
/// the guest code poisons the instance.
///
/// Hot path of every call: all that a successful call does not need is in `#[cold]` functions, and
/// the error is boxed, so that a small result stays in registers.
#[inline]
pub(crate) fn enter<R>(
    mut store: StoreContextMut<'_, State>,
    entry: Entry,
    export: &Arc<str>,
    guest: impl FnOnce(&mut StoreContextMut<'_, State>) -> wasmtime::Result<R>,
) -> Result<R, Box<CallError>> {
    let state = store.data_mut();
    if state.idle_in == fork::process() {
        if !stack::has(state.needed_stack_bytes) {
            return enter_on_new_stack(store, entry, export, guest);
        }
    } else if !is_running(state) {
        return Err(Box::new(refuse(state, export)));
    }
    // A re-entrant call runs on the stack of the outer call, whose size has been checked.
    if entry == Entry::Outer {
        state.deadline.begin();
    }
    let idle_in = mem::replace(&mut state.idle_in, NOT_IDLE);
    let mut running = Running { store, export };
    match guest(&mut running.store) {
        Ok(results) => {
            running.store.data_mut().idle_in = idle_in;
            mem::forget(running);
            Ok(results)
        }
        Err(error) => Err(running.fail(&error)),
    }
}

/// Whether an outer call is running, in this process, so that a re-entrant call is allowed.
#[cold]
fn is_running(state: &State) -> bool {
    matches!(state.life, LifeCycle::Ready) && state.process == fork::process()
}

#[cold]
#[inline(never)]
fn enter_on_new_stack<R>(
    store: StoreContextMut<'_, State>,
    entry: Entry,
    export: &Arc<str>,
    guest: impl FnOnce(&mut StoreContextMut<'_, State>) -> wasmtime::Result<R>,
) -> Result<R, Box<CallError>> {
    let bytes = store.data().needed_stack_bytes;
    stack::run_on_new_stack(bytes, || enter(store, entry, export, guest))
        .unwrap_or_else(|NoStack { needed }| Err(Box::new(CallError::NoStack { needed })))
}

/// Drop guard around guest code: dropped while armed means that a host panic is unwinding through
/// guest frames, so the instance is poisoned. Disarmed by `mem::forget`.
struct Running<'a, 'b> {
    store: StoreContextMut<'a, State>,
    export: &'b Arc<str>,
}

impl Running<'_, '_> {
    #[cold]
    fn fail(mut self, error: &wasmtime::Error) -> Box<CallError> {
        let export = self.export;
        forget_exception(&mut self.store, error);
        let state = self.store.data_mut();
        let error = outcome::of_guest(error, state);
        let error = Box::new(poison(state, export, error));
        mem::forget(self);
        error
    }
}

impl Drop for Running<'_, '_> {
    fn drop(&mut self) {
        let cause = "a panic of the host unwound through the guest".to_owned();
        poison(self.store.data_mut(), self.export, CallError::Host { cause });
    }
}

/// Removes a Wasm exception that ended a call: the store keeps it until it is taken.
fn forget_exception(store: &mut StoreContextMut<'_, State>, error: &wasmtime::Error) {
    if error.is::<ThrownException>() {
        store.take_pending_exception();
    }
}

/// Poisons an instance with `error`, unless an earlier error has poisoned it. Returns `error`.
#[cold]
fn poison(state: &mut State, export: &Arc<str>, error: CallError) -> CallError {
    if !state.life.is_poisoned() {
        let first = Arc::new(error.clone());
        state.life = LifeCycle::Poisoned { export: export.clone(), first };
    }
    error
}

/// The error of a call that is not allowed: the instance is poisoned, is still initialising, or
/// belongs to a parent process.
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

/// The engine's function behind an export, looked up once per instance.
#[inline]
pub(crate) fn function(
    store: StoreContextMut<'_, State>,
    number: usize,
    function: &Function,
) -> Result<Func, CallError> {
    match &store.data().live {
        // The engine's lookup takes a lock, which a thread of the parent may hold for ever.
        _ if store.data().process != fork::process() => Err(CallError::Forked),
        Some(live) => match live.cached(number).or_else(|| state::look_up(store, number)) {
            Some(func) => Ok(func),
            // The export was found when this very module was loaded.
            None => unreachable!("`{}` was a function when the module was loaded", function.name),
        },
        None => Err(refuse(store.data(), &function.name)),
    }
}

/// Instantiates the module in a new store, and runs `_initialize`.
pub(super) fn initialise(
    mut store: StoreContextMut<'_, State>,
    template: &Arc<Template>,
) -> Result<(), InstantiateError> {
    store.data().deadline.begin();
    let bytes = store.data().needed_stack_bytes;
    let mut initialise = || {
        store.data().deadline.check()?;
        let instance = template.pre.instantiate(&mut store)?;
        // The `_initialize` of a pre-initialised module (R010) does nothing, and is called all the
        // same. Host state that its snapshot relies on, such as a clock that goes on, would have to
        // be set up before this call.
        let initialize = instance.get_typed_func::<(), ()>(&mut store, INITIALIZE)?;
        initialize.call(&mut store, ())?;
        Ok(instance)
    };
    let initialised = match stack::has(bytes) {
        true => initialise(),
        false => stack::run_on_new_stack(bytes, initialise).map_err(|NoStack { needed }| {
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
    state.idle_in = state.process;
    Ok(())
}
