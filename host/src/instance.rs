//! Instances: their settings, creation, initialisation, limits and life cycle, and how calls end.
//!
//! Uses the modules `os`, `error`, `interrupt`, `engine` and `wasi`. Knows core values only, and
//! none of the types that calls lower and lift: the methods of an instance that make calls are in
//! `call`.

pub(crate) mod access;
mod config;
pub(crate) mod exports;
pub(crate) mod life_cycle;
mod limits;
mod outcome;
pub(crate) mod state;
pub(crate) mod template;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wasmtime::{AsContextMut, Store, UpdateDeadline};

use crate::engine::Engine;
use crate::error::InstantiateError;
use crate::instance::access::private::{Access, Enter};
use crate::instance::life_cycle::{Entry, LifeCycle};
use crate::instance::state::State;
use crate::instance::template::Template;
use crate::interrupt::cancellation::Cancellation;
use crate::interrupt::deadline::Deadline;
use crate::interrupt::ticker::InstanceSlot;
use crate::os::fork::OfProcess;

pub use access::AsInstance;
pub use config::InstanceConfig;

/// A live, initialised copy of a reactor, with a memory of its own that lasts from call to call.
///
/// An instance is made by [`Reactor::instantiate`](crate::Reactor::instantiate), or by
/// [`Linked::instantiate`](crate::Linked::instantiate) where the module needs host functions. An
/// instance exists only after the module's `_initialize` has returned.
///
/// A call borrows the instance mutably, because a guest runs on one thread at a time. Between calls
/// the instance can be moved to another thread.
///
/// # Poisoned instances
///
/// A fatal error of a call ([`CallError::is_fatal`](crate::CallError::is_fatal)), and a panic of a
/// host function that unwinds through the guest, stop guest code halfway and leave its state
/// unknown. The instance is then poisoned: every later call returns
/// [`CallError::Poisoned`](crate::CallError::Poisoned) with the first error (CONVENTION B006). The
/// remedy is a new instance of the same reactor.
///
/// # In async programs
///
/// A call blocks its thread until the guest returns. Calls are allowed inside an async task: they
/// neither panic there nor need a runtime. They block the executor's thread, though: call a guest
/// that waits or computes for long with `tokio::task::spawn_blocking`.
pub struct Instance {
    store: OfProcess<Store<State>>,
    template: Arc<Template>,
    /// Declared after the store, and so dropped after it: the slot must not be free before the
    /// memory of the instance is, or a pooling allocator would have no memory for the next one.
    _slot: Arc<InstanceSlot>,
}

impl Instance {
    /// Makes an instance and runs its `_initialize`.
    pub(crate) fn new(
        template: &Arc<Template>,
        config: &InstanceConfig,
    ) -> Result<Self, InstantiateError> {
        let engine = &template.engine;
        if engine.is_forked() {
            return Err(InstantiateError::Forked);
        }
        let slot = Arc::new(engine.ticker().slot(engine.max_instances())?);
        let mut store = OfProcess::new(store(template, config, &slot)?);
        store.data().deadline.set_limit(config.init_timeout);
        life_cycle::initialise(store.as_context_mut(), template)?;
        store.data().deadline.set_limit(config.timeout);
        Ok(Instance { store, template: template.clone(), _slot: slot })
    }

    /// The [`Cancellation`] of this instance, which ends its calls from any thread: that of
    /// [`InstanceConfig::cancellation`], or else one that no other instance has.
    pub fn cancellation(&self) -> Cancellation {
        self.store.data().deadline.cancellation().clone()
    }

    /// Sets the time limit of every later call, in place of [`InstanceConfig::timeout`]; `None` for
    /// no limit.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.store.data().deadline.set_limit(timeout);
    }

    /// The fuel that the guest has used since the instance was made, `_initialize` included: roughly
    /// the number of Wasm instructions. `None` unless the engine counts fuel
    /// ([`EngineConfig::count_fuel`](crate::EngineConfig::count_fuel)).
    pub fn fuel_used(&self) -> Option<u64> {
        if self.store.is_foreign() {
            return None;
        }
        self.store.get_fuel().ok().map(|left| u64::MAX - left)
    }

    /// Whether an earlier call has poisoned the instance, so that it can't be called again. After a
    /// [`Cancellation`] between two calls the result is false until the next call, which fails and
    /// poisons the instance.
    pub fn is_poisoned(&self) -> bool {
        self.store.data().life.is_poisoned()
    }
}

impl Enter for Instance {
    #[inline]
    fn access(&mut self) -> Access<'_> {
        let template = Some(&self.template);
        Access { store: self.store.as_context_mut(), template, entry: Entry::Outer }
    }

    fn bytes(&mut self) -> &mut [u8] {
        // In a forked child the store must not be used: locks in it may be held for ever.
        if self.store.is_foreign() { &mut [] } else { state::memory(self.store.as_context_mut()) }
    }

    fn data(&self) -> &State {
        self.store.data()
    }

    fn data_mut(&mut self) -> &mut State {
        self.store.data_mut()
    }
}

/// A store without an instance, which wasmtime needs to look up the definitions of a linker.
pub(crate) fn probe(engine: &Engine) -> Result<Store<State>, InstantiateError> {
    let deadline = Arc::new(Deadline::new(Cancellation::new(), None));
    let state = State::new(&InstanceConfig::new(), &"".into(), engine, deadline, 0)?;
    Ok(Store::new(engine.inner(), state))
}

fn store(
    template: &Template,
    config: &InstanceConfig,
    slot: &Arc<InstanceSlot>,
) -> Result<Store<State>, InstantiateError> {
    /// Numbers are unique in a process: a `Func` or `Pointer` finds out whether it belongs to the
    /// instance that it is used with.
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let cancellation = config.cancellation.clone().unwrap_or_default();
    let deadline = Arc::new(Deadline::new(cancellation, Some(slot.clone())));
    let state = State::new(config, &template.name, &template.engine, deadline, id)?;
    let mut store = Store::new(template.engine.inner(), state);
    store.limiter(|state| &mut state.limits);
    store.epoch_deadline_callback(|store| {
        store.data().deadline.check()?;
        Ok(UpdateDeadline::Continue(1))
    });
    // The callback itself extends the epoch deadline by one tick, so that calls need not.
    store.set_epoch_deadline(1);
    // Fails where the engine does not count fuel; else every call would be out of fuel.
    let _ = store.set_fuel(u64::MAX);
    store.data().deadline.touch();
    Ok(store)
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.store.data();
        let life = match &state.life {
            LifeCycle::Poisoned { first, .. } => format!("poisoned: {first:?}"),
            LifeCycle::Initialising => "initialising".to_owned(),
            LifeCycle::Ready => "ready".to_owned(),
        };
        f.debug_struct("Instance").field("id", &state.id).field("life", &life).finish()
    }
}
