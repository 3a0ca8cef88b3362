//! The engine's clockwork: a thread that has running guests look at their deadlines.
//!
//! Compiled code compares the engine's epoch with its store's at each loop and function, and
//! looks at its call where it is behind: that [touches](Attendance::touch) the pulse. One thread an
//! engine raises the epoch every [`BEAT`] as long as someone looks, and once in a [`REST`] when
//! nobody has for a while. Every store is behind then, so that the next call looks as soon as it
//! begins, and wakes the thread. Calls themselves do nothing for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::EngineWeak;

use crate::Error;
use crate::os::fork;

/// How often running guests are interrupted, and so how late a deadline may be noticed.
const BEAT: Duration = Duration::from_millis(10);

/// How often where instances are alive and none is called: for the thread that was held up for
/// long just between its look and the deadline that it sets.
const REST: Duration = Duration::from_secs(1);

/// As many beats without a look, and the thread rests.
const IDLE_BEATS: u32 = 20;

/// Owns the thread, which ends with it.
pub(crate) struct Ticker {
    pulse: Arc<Pulse>,
    engine: EngineWeak,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The one whose thread it is.
    process: u64,
}

/// What the thread shares with those who call.
#[derive(Default)]
struct Pulse {
    /// Someone has looked since the last beat.
    is_active: AtomicBool,
    /// The next beat comes by itself.
    is_awake: AtomicBool,
    census: Mutex<Census>,
    changed: Condvar,
}

#[derive(Default)]
struct Census {
    instances: usize,
    has_ended: bool,
}

/// An instance's place among those that are alive.
pub(crate) struct Attendance {
    ticker: Arc<Ticker>,
}

impl Ticker {
    pub(crate) fn new(engine: &wasmtime::Engine) -> Self {
        let process = fork::process();
        Ticker { pulse: Arc::default(), engine: engine.weak(), thread: Mutex::new(None), process }
    }

    /// Counts one more instance, of at most so many; the first of all starts the thread. Not to be
    /// called in a child of the process that made the engine.
    pub(crate) fn attend(self: &Arc<Self>, most: Option<u32>) -> Result<Attendance, Error> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_none() {
            let (pulse, engine) = (self.pulse.clone(), self.engine.clone());
            let named = thread::Builder::new().name("polyreactor-ticker".to_owned());
            let spawned = named.spawn(move || pulse.beat(&engine));
            *thread = Some(spawned.map_err(|error| Error::Host {
                cause: format!("no thread can be started: {error}"),
            })?);
        }
        drop(thread);
        let mut census = self.pulse.census();
        if let Some(limit) = most
            && census.instances >= limit as usize
        {
            return Err(Error::TooManyInstances { limit });
        }
        census.instances += 1;
        drop(census);
        Ok(Attendance { ticker: self.clone() })
    }

    /// Has every guest look at its call, now or as soon as one begins.
    pub(crate) fn raise(&self) {
        // Nothing of this engine runs in a child.
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

impl Attendance {
    /// Says that a guest is running. To be called by whoever has set a store's deadline.
    pub(crate) fn touch(&self) {
        self.ticker.pulse.touch();
    }

    pub(crate) fn ticker(&self) -> &Arc<Ticker> {
        &self.ticker
    }
}

impl Pulse {
    /// The thread that lies down says so first and looks for activity after that; who is active
    /// says so first and looks whether the thread lies down after that. One of them sees the other.
    fn touch(&self) {
        self.is_active.store(true, Ordering::SeqCst);
        if !self.is_awake.load(Ordering::SeqCst) {
            // With the lock held the thread waits, and can't miss it.
            let _census = self.census();
            self.is_awake.store(true, Ordering::SeqCst);
            self.changed.notify_one();
        }
    }

    fn beat(&self, engine: &EngineWeak) {
        let mut idle = 0;
        let mut census = self.census();
        while !census.has_ended {
            self.is_awake.store(idle < IDLE_BEATS, Ordering::SeqCst);
            let is_awake = idle < IDLE_BEATS || self.is_active.load(Ordering::SeqCst);
            census = if census.instances == 0 && !is_awake {
                self.changed.wait(census).unwrap_or_else(PoisonError::into_inner)
            } else {
                let pause = if is_awake { BEAT } else { REST };
                let woken = self.changed.wait_timeout(census, pause);
                woken.unwrap_or_else(PoisonError::into_inner).0
            };
            if let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
            }
            idle = if self.is_active.swap(false, Ordering::SeqCst) { 0 } else { idle + 1 };
        }
    }

    fn census(&self) -> MutexGuard<'_, Census> {
        self.census.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        // In a child its thread may be gone with the lock.
        if !self.ticker.is_foreign() {
            self.ticker.pulse.census().instances -= 1;
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if self.process != fork::process() {
            // There is none here.
            return std::mem::forget(thread);
        }
        self.pulse.census().has_ended = true;
        self.pulse.changed.notify_one();
        if let Some(thread) = thread {
            thread.join().ok();
        }
    }
}
