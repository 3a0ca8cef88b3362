//! The call that is running: how long it may still take, and whether someone has cancelled it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Cancellation;
use crate::interrupt::ticker::Attendance;
use crate::os::waiters::Waiters;

/// What looks after the calls of one instance. It is shared with the instance's streams.
pub(crate) struct Watch {
    cancellation: Cancellation,
    /// `None` where nothing is to run.
    attendance: Option<Arc<Attendance>>,
    /// What `began` is counted from.
    origin: Instant,
    /// In nanoseconds; [`NEVER`] where there is no limit.
    allowed: AtomicU64,
    /// The number of the call, so that what it left behind is told from what is old.
    call: AtomicU64,
    /// The call that was last looked at.
    seen: AtomicU64,
    /// When that was first done, in nanoseconds.
    began: AtomicU64,
    /// The [`Interruption`] that was thrown into the guest.
    thrown: AtomicU8,
}

const NEVER: u64 = u64::MAX;

/// Why a call was ended from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Interruption {
    Timeout = 1,
    Cancelled = 2,
}

impl Watch {
    pub(crate) fn new(cancellation: Cancellation, attendance: Option<Arc<Attendance>>) -> Self {
        if let Some(attendance) = &attendance {
            cancellation.enlist(attendance.ticker());
        }
        Watch {
            cancellation,
            attendance,
            origin: Instant::now(),
            allowed: AtomicU64::new(NEVER),
            call: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            began: AtomicU64::new(0),
            thrown: AtomicU8::new(0),
        }
    }

    /// Sets what each call may take from now on.
    pub(crate) fn allow(&self, timeout: Option<Duration>) {
        let nanoseconds = timeout.map_or(NEVER, |timeout| nanoseconds(timeout).min(NEVER - 1));
        self.allowed.store(nanoseconds, Ordering::Relaxed);
    }

    pub(crate) fn allowed(&self) -> Option<Duration> {
        let nanoseconds = self.allowed.load(Ordering::Relaxed);
        (nanoseconds != NEVER).then(|| Duration::from_nanos(nanoseconds))
    }

    #[inline]
    pub(crate) fn cancellation(&self) -> &Cancellation {
        &self.cancellation
    }

    /// The number of the call that is running or was the last.
    #[inline]
    pub(crate) fn call(&self) -> u64 {
        self.call.load(Ordering::Relaxed)
    }

    /// A call begins. It reads no clock: that would take as long as the call of a small function.
    /// Who first looks at the time does so for it: never too early, and a beat late at most.
    #[inline]
    pub(crate) fn begin(&self) {
        self.call.store(self.call() + 1, Ordering::Relaxed);
    }

    /// Whether the call may go on; if not, it is to be ended with this.
    pub(crate) fn check(&self) -> Result<(), Interruption> {
        self.touch();
        if self.cancellation.is_cancelled() {
            return Err(self.throw(Interruption::Cancelled));
        }
        if self.time_left() == Some(Duration::ZERO) {
            return Err(self.throw(Interruption::Timeout));
        }
        Ok(())
    }

    /// What ended the call from outside, if anything.
    pub(crate) fn thrown(&self) -> Option<Interruption> {
        match self.thrown.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Interruption::Timeout),
            _ => Some(Interruption::Cancelled),
        }
    }

    /// What is left for this call; `None` where there is no limit.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let allowed = self.allowed()?;
        let now = nanoseconds(self.origin.elapsed());
        if self.seen.swap(self.call(), Ordering::Relaxed) != self.call() {
            self.began.store(now, Ordering::Relaxed);
        }
        let began = self.began.load(Ordering::Relaxed);
        Some(allowed.saturating_sub(Duration::from_nanos(now - began)))
    }

    /// Waits until `is_ready`, at most for `longest`; whether it is ready then. `signal` wakes
    /// those who wait when that may have changed.
    pub(crate) fn wait(
        &self,
        longest: Option<Duration>,
        signal: Option<&Waiters>,
        mut is_ready: impl FnMut() -> bool,
    ) -> Result<bool, Interruption> {
        let _cancelled = self.cancellation.enrol();
        let _signalled = signal.map(Waiters::enrol);
        // One that is too far away to be a point in time never comes.
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

    /// Says that a guest is running.
    pub(crate) fn touch(&self) {
        if let Some(attendance) = &self.attendance {
            attendance.touch();
        }
    }

    fn throw(&self, interruption: Interruption) -> Interruption {
        self.thrown.store(interruption as u8, Ordering::Relaxed);
        interruption
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(attendance) = &self.attendance {
            self.cancellation.strike(attendance.ticker());
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(NEVER)
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Interruption::Timeout => "the call took too long",
            Interruption::Cancelled => "the call was cancelled",
        })
    }
}

impl std::error::Error for Interruption {}
