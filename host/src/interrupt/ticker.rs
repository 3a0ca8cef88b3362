//! The epoch ticker: one thread per engine that makes running guests check their deadlines.
//!
//! At each loop head and function entry, compiled code compares the engine's epoch with the epoch
//! deadline of its store, and checks its call when the epoch has reached it. The check
//! [touches](InstanceSlot::touch) the ticker. The thread raises the epoch every [`TICK`] as long as
//! there are checks. After [`IDLE_TICKS`] ticks without a check it is idle: it raises the epoch
//! once per [`IDLE_PERIOD`], and not at all if there is no instance.
//!
//! The epoch has then reached the deadline of every store, so that the next call checks at its
//! first function entry, and thereby wakes the thread. The host's side of a call does nothing for
//! this.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::EngineWeak;

use crate::error::InstantiateError;
use crate::os::fork;

/// The interval at which running guests check their calls, and so the delay with which a deadline
/// may be noticed.
const TICK: Duration = Duration::from_millis(10);

/// The interval at which the epoch is raised while instances exist and none checks. Not infinite,
/// because of a guest whose thread was suspended for long between its check and the setting of its
/// next epoch deadline: nothing else would make that guest check again.
const IDLE_PERIOD: Duration = Duration::from_secs(1);

/// The ticks without a check after which the ticker is idle.
const IDLE_TICKS: u32 = 20;

/// Owns the ticker thread, and joins it when dropped.
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    engine: EngineWeak,
    /// `None` until the first instance.
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The process that made the ticker, as [`fork::process`] counts: only there the thread exists.
    process: u64,
}

/// The state that the ticker thread shares with the threads of calls.
#[derive(Default)]
struct Shared {
    /// A guest has checked since the last tick.
    is_active: AtomicBool,
    /// The thread will tick within a [`TICK`] without being woken.
    is_awake: AtomicBool,
    slots: Mutex<Slots>,
    changed: Condvar,
}

#[derive(Default)]
struct Slots {
    /// The number of slots that are taken.
    instances: usize,
    /// The ticker is dropped: the thread must end.
    has_ended: bool,
}

/// The slot that a live instance takes among those that the engine allows. Freed when dropped.
pub(crate) struct InstanceSlot {
    ticker: Arc<Ticker>,
}

impl Ticker {
    pub(crate) fn new(engine: &wasmtime::Engine) -> Self {
        let process = fork::process();
        Ticker { shared: Arc::default(), engine: engine.weak(), thread: Mutex::new(None), process }
    }

    /// Takes a slot for one more instance, of `max` at most (`None`: no limit). The first call
    /// spawns the ticker thread. Must not be called in a forked child of the process that made the
    /// engine, where a lock may be held for ever.
    ///
    /// # Errors
    ///
    /// [`InstantiateError::TooManyInstances`]; [`InstantiateError::Host`] if the thread can't be
    /// spawned.
    pub(crate) fn slot(
        self: &Arc<Self>,
        max: Option<u32>,
    ) -> Result<InstanceSlot, InstantiateError> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_none() {
            let (shared, engine) = (self.shared.clone(), self.engine.clone());
            let named = thread::Builder::new().name("polyreactor-ticker".to_owned());
            let spawned = named.spawn(move || shared.run(&engine));
            *thread = Some(spawned.map_err(|error| InstantiateError::Host {
                cause: format!("the thread of the epoch ticker can't be started: {error}"),
            })?);
        }
        drop(thread);
        let mut slots = self.shared.slots();
        if let Some(limit) = max
            && slots.instances >= limit as usize
        {
            return Err(InstantiateError::TooManyInstances { limit });
        }
        slots.instances += 1;
        drop(slots);
        Ok(InstanceSlot { ticker: self.clone() })
    }

    /// Raises the epoch, so that every guest of the engine checks its call: a running one at once,
    /// any other at the beginning of its next call.
    pub(crate) fn raise(&self) {
        // No guest of this engine runs in a forked child.
        if self.is_foreign() {
            return;
        }
        if let Some(engine) = self.engine.upgrade() {
            engine.increment_epoch();
        }
    }
}

impl Ticker {
    fn is_foreign(&self) -> bool {
        self.process != fork::process()
    }
}

impl InstanceSlot {
    /// Keeps the ticker awake, or wakes it: a guest is running. Must be called whenever the epoch
    /// deadline of a store has been set.
    pub(crate) fn touch(&self) {
        self.ticker.shared.touch();
    }

    pub(crate) fn ticker(&self) -> &Arc<Ticker> {
        &self.ticker
    }
}

impl Shared {
    /// Stores `is_active` and then loads `is_awake`, while the thread, going idle, stores
    /// `is_awake` and then loads `is_active`. All four are `SeqCst`, so at least one of the two
    /// sees the other's store: no guest runs while the thread stays idle.
    fn touch(&self) {
        self.is_active.store(true, Ordering::SeqCst);
        if !self.is_awake.load(Ordering::SeqCst) {
            // The thread holds this lock except while it waits: the notification can't be missed.
            let _slots = self.slots();
            self.is_awake.store(true, Ordering::SeqCst);
            self.changed.notify_one();
        }
    }

    fn run(&self, engine: &EngineWeak) {
        let mut idle = 0;
        let mut slots = self.slots();
        while !slots.has_ended {
            self.is_awake.store(idle < IDLE_TICKS, Ordering::SeqCst);
            let is_awake = idle < IDLE_TICKS || self.is_active.load(Ordering::SeqCst);
            slots = if slots.instances == 0 && !is_awake {
                self.changed.wait(slots).unwrap_or_else(PoisonError::into_inner)
            } else {
                let pause = if is_awake { TICK } else { IDLE_PERIOD };
                let woken = self.changed.wait_timeout(slots, pause);
                woken.unwrap_or_else(PoisonError::into_inner).0
            };
            if let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
            }
            idle = if self.is_active.swap(false, Ordering::SeqCst) { 0 } else { idle + 1 };
        }
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InstanceSlot {
    fn drop(&mut self) {
        // In a forked child, a thread of the parent may hold the lock for ever.
        if !self.ticker.is_foreign() {
            self.ticker.shared.slots().instances -= 1;
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if self.process != fork::process() {
            // The thread does not exist in a forked child: it can be neither joined nor detached.
            return std::mem::forget(thread);
        }
        self.shared.slots().has_ended = true;
        self.shared.changed.notify_one();
        if let Some(thread) = thread {
            thread.join().ok();
        }
    }
}
