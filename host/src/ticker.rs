//! The engine's clockwork: a thread that has running guests look at their deadlines.
//!
//! Compiled code compares the engine's epoch with its store's at each loop and function. One
//! thread an engine raises the epoch every [`BEAT`] while guests run, and once in [`REST`] where
//! no call has been seen for some beats: with no instance alive it sleeps for good.
//!
//! A call says that it runs by setting a flag, which costs all but the first since a beat no more
//! than a load. The thread that lies down says so first and looks at the flag after that, the call
//! that wakes it sets the flag first: no call goes unseen.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::EngineWeak;

use crate::Error;

/// How often running guests are interrupted, and so how late a deadline may be noticed.
const BEAT: Duration = Duration::from_millis(10);

/// How often where instances are alive and none is called.
const REST: Duration = Duration::from_secs(1);

/// As many beats without a call, and the thread rests.
const IDLE_BEATS: u32 = 20;

/// Owns the thread, which ends with it.
pub(crate) struct Ticker {
    pulse: Arc<Pulse>,
    engine: EngineWeak,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the thread shares with those who call.
#[derive(Default)]
struct Pulse {
    /// A guest has been running since the last beat.
    is_active: AtomicBool,
    /// The next beat comes soon.
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
    pulse: Arc<Pulse>,
    /// Keeps the thread alive.
    _ticker: Arc<Ticker>,
}

impl Ticker {
    pub(crate) fn new(engine: &wasmtime::Engine) -> Self {
        Ticker { pulse: Arc::default(), engine: engine.weak(), thread: Mutex::new(None) }
    }

    /// Counts one more instance, of at most so many; the first of all starts the thread.
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
        self.pulse.changed.notify_one();
        Ok(Attendance { pulse: self.pulse.clone(), _ticker: self.clone() })
    }
}

impl Attendance {
    /// Says that a guest is running.
    #[inline]
    pub(crate) fn touch(&self) {
        // Read first: a line that many threads only read stays in all their caches.
        if !self.pulse.is_active.load(Ordering::Relaxed) {
            self.pulse.wake();
        }
    }
}

impl Pulse {
    fn beat(&self, engine: &EngineWeak) {
        let mut idle = 0;
        let mut census = self.census();
        while !census.has_ended {
            let is_awake = census.instances > 0 && idle < IDLE_BEATS;
            self.is_awake.store(is_awake, Ordering::SeqCst);
            let is_awake = is_awake || self.is_active.load(Ordering::SeqCst);
            census = if census.instances == 0 {
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

    #[cold]
    fn wake(&self) {
        self.is_active.store(true, Ordering::SeqCst);
        if !self.is_awake.load(Ordering::SeqCst) {
            // With the lock held the thread waits, and can't miss it.
            let _census = self.census();
            self.is_awake.store(true, Ordering::SeqCst);
            self.changed.notify_one();
        }
    }

    fn census(&self) -> MutexGuard<'_, Census> {
        self.census.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        self.pulse.census().instances -= 1;
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.pulse.census().has_ended = true;
        self.pulse.changed.notify_one();
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            thread.join().ok();
        }
    }
}
