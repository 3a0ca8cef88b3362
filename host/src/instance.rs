//! Room of instances: how they are made, what they keep, how they live and end.
//!
//! Uses the rooms `os`, `error`, `interrupt`, `engine` and `wasi`. Knows no values but core ones, and
//! no types of calls: an instance's methods that call are in the room `call`.

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

/// A live, initialised reactor, whose state lasts from call to call.
///
/// An instance is made by [`Reactor::instantiate`](crate::Reactor::instantiate), or by
/// [`Linked::instantiate`](crate::Linked::instantiate) where the module needs host functions. A
/// call borrows it mutably, since a guest runs on one thread at a time; the instance itself may
/// move to another thread between calls.
///
/// An instance whose call has failed in a way that leaves the guest in an unknown state
/// ([`CallError::is_fatal`](crate::CallError::is_fatal)) is poisoned: every later call answers
/// [`CallError::Poisoned`](crate::CallError::Poisoned). Make a new one of the same reactor.
///
/// # In async programs
///
/// A call returns when the guest does, and its thread is blocked until then. Inside an async
/// task that is sound: it neither panics nor needs a runtime of a certain kind.
/// `tokio::task::spawn_blocking` is the better place for a guest that waits or computes long.
pub struct Instance {
    store: OfProcess<Store<State>>,
    template: Arc<Template>,
    /// After the store: the slot is free only when the instance's memory is.
    _slot: Arc<InstanceSlot>,
}

impl Instance {
    /// Makes and initialises an instance.
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
        store.data().deadline.allow(config.init_timeout);
        life_cycle::initialise(store.as_context_mut(), template)?;
        store.data().deadline.allow(config.timeout);
        Ok(Instance { store, template: template.clone(), _slot: slot })
    }

    /// The [`Cancellation`] that ends this instance's calls, from any thread.
    pub fn cancellation(&self) -> Cancellation {
        self.store.data().deadline.cancellation().clone()
    }

    /// Sets what each call may take from now on, instead of what the [`InstanceConfig`] says;
    /// `None` for no limit.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.store.data().deadline.allow(timeout);
    }

    /// Whether an earlier call has poisoned the instance, so that it can't be called again.
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
        // In a child of the process that made it, the store is not to be touched.
        if self.store.is_foreign() { &mut [] } else { state::memory(self.store.as_context_mut()) }
    }

    fn data(&self) -> &State {
        self.store.data()
    }

    fn data_mut(&mut self) -> &mut State {
        self.store.data_mut()
    }
}

/// A store whose data is of no instance, to look at what a linker has.
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
    /// No two instances of a process share a number, so that a function knows its own.
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
    // From here on each check sets the next: calls need not.
    store.set_epoch_deadline(1);
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
