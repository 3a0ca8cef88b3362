//! [`Deadline`]: the deadline and the cancellation of the running call, and waits under both.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::interrupt::cancellation::Cancellation;
use crate::interrupt::ticker::InstanceSlot;
use crate::os::waiters::Waiters;

/// The deadline and cancellation of the calls of one instance, shared with its streams. One thread
/// at a time uses it; the fields are atomic only because it lies in an `Arc`.
pub(crate) struct Deadline {
    cancellation: Cancellation,
    /// `None` for a store that no guest runs in.
    slot: Option<Arc<InstanceSlot>>,
    /// The instant that `began` is counted from.
    origin: Instant,
    /// The time limit of a call, in nanoseconds; [`NO_LIMIT`] for none.
    limit: AtomicU64,
    /// The number of the current call. Output and refused growths are stored with it, so that those
    /// of earlier calls are not attributed to this one.
    call: AtomicU64,
    /// The number of the last call for which `began` was set.
    seen: AtomicU64,
    /// The time of the first check of that call, in nanoseconds since `origin`.
    began: AtomicU64,
    /// The [`Interruption`] that has ended a call, 0 for none.
    interruption: AtomicU8,
}

const NO_LIMIT: u64 = u64::MAX;

/// Why a call was ended from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Interruption {
    Timeout = 1,
    Cancelled = 2,
}

impl Deadline {
    pub(crate) fn new(cancellation: Cancellation, slot: Option<Arc<InstanceSlot>>) -> Self {
        if let Some(slot) = &slot {
            cancellation.add_instance(slot.ticker());
        }
        Deadline {
            cancellation,
            slot,
            origin: Instant::now(),
            limit: AtomicU64::new(NO_LIMIT),
            call: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            began: AtomicU64::new(0),
            interruption: AtomicU8::new(0),
        }
    }

    /// Sets the time limit of every call from now on; `None` for no limit.
    pub(crate) fn set_limit(&self, limit: Option<Duration>) {
        let nanoseconds = limit.map_or(NO_LIMIT, |limit| nanoseconds(limit).min(NO_LIMIT - 1));
        self.limit.store(nanoseconds, Ordering::Relaxed);
    }

    pub(crate) fn limit(&self) -> Option<Duration> {
        let nanoseconds = self.limit.load(Ordering::Relaxed);
        (nanoseconds != NO_LIMIT).then(|| Duration::from_nanos(nanoseconds))
    }

    #[inline]
    pub(crate) fn cancellation(&self) -> &Cancellation {
        &self.cancellation
    }

    /// The number of the running call, or else of the last one.
    #[inline]
    pub(crate) fn call(&self) -> u64 {
        self.call.load(Ordering::Relaxed)
    }

    /// Begins a call. Reads no clock, which would take as long as the call of a small function: the
    /// first check of the call starts the deadline, never too early, and at most one tick late.
    #[inline]
    pub(crate) fn begin(&self) {
        self.call.store(self.call() + 1, Ordering::Relaxed);
    }

    /// Checks whether the call may continue. An error must end the call.
    pub(crate) fn check(&self) -> Result<(), Interruption> {
        self.touch();
        if self.cancellation.is_cancelled() {
            return Err(self.interrupt(Interruption::Cancelled));
        }
        if self.time_left() == Some(Duration::ZERO) {
            return Err(self.interrupt(Interruption::Timeout));
        }
        Ok(())
    }

    /// The interruption that has ended the call; `None` if nothing has ended it from outside.
    pub(crate) fn interruption(&self) -> Option<Interruption> {
        match self.interruption.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Interruption::Timeout),
            _ => Some(Interruption::Cancelled),
        }
    }

    /// The time that is left to this call; `None` if there is no limit. Starts the deadline of the
    /// call if nothing has done so before.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let limit = self.limit()?;
        let now = nanoseconds(self.origin.elapsed());
        if self.seen.swap(self.call(), Ordering::Relaxed) != self.call() {
            self.began.store(now, Ordering::Relaxed);
        }
        let began = self.began.load(Ordering::Relaxed);
        Some(limit.saturating_sub(Duration::from_nanos(now - began)))
    }

    /// Parks the thread until `is_ready` returns true, for `longest` at most (`None`: for ever).
    /// Returns whether it is ready. `is_ready` is called again when `signal` wakes its waiters, and
    /// after any other unpark of the thread.
    ///
    /// # Errors
    ///
    /// The [`Interruption`], if the deadline passes or the call is cancelled before that.
    pub(crate) fn wait(
        &self,
        longest: Option<Duration>,
        signal: Option<&Waiters>,
        mut is_ready: impl FnMut() -> bool,
    ) -> Result<bool, Interruption> {
        let _cancelled = self.cancellation.register();
        let _signalled = signal.map(Waiters::register);
        // A point in time that `Instant` can't express never comes.
        let until = longest.and_then(|longest| Instant::now().checked_add(longest));
        loop {
            self.check()?;
            if is_ready() {
                return Ok(true);
            }
            let waiting = until.map(|until| until.saturating_duration_since(Instant::now()));
            if waiting == Some(Duration::ZERO) {
                return Ok(false);
            }
            match waiting.into_iter().chain(self.time_left()).min() {
                Some(pause) => thread::park_timeout(pause),
                None => thread::park(),
            }
        }
    }

    /// Keeps the epoch ticker awake: a guest is running.
    pub(crate) fn touch(&self) {
        if let Some(slot) = &self.slot {
            slot.touch();
        }
    }

    fn interrupt(&self, interruption: Interruption) -> Interruption {
        self.interruption.store(interruption as u8, Ordering::Relaxed);
        interruption
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        if let Some(slot) = &self.slot {
            self.cancellation.remove_instance(slot.ticker());
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(NO_LIMIT)
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Interruption::Timeout => "the call took longer than its limit",
            Interruption::Cancelled => "the call was cancelled",
        })
    }
}

impl std::error::Error for Interruption {}
