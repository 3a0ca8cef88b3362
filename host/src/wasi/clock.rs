//! The clocks of a guest: those of the machine, or a virtual clock that is the same in every run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

/// A guest's clocks; a clone shows the same time.
#[derive(Clone)]
pub(crate) enum Clock {
    /// The clocks of the machine, with the instant at which the instance was made.
    Real(Instant),
    /// A clock that begins at `start`, and advances only by being read and by sleeps; `passed` is
    /// in nanoseconds.
    Virtual { start: Duration, passed: Arc<AtomicU64> },
}

/// The default beginning of a virtual clock: 2000-01-01 00:00:00 UTC, since 1970.
pub(crate) const START: Duration = Duration::from_secs(946_684_800);

/// The time past which no sleep is skipped, in nanoseconds (about 292 years): `passed` must not
/// wrap around, or the clock would run backwards.
const END: u64 = u64::MAX / 2;

/// How far each read advances a virtual clock, in nanoseconds: a guest that polls the clock in a
/// loop ends.
const STEP: u64 = 1_000;

impl Clock {
    pub(crate) fn real() -> Self {
        Clock::Real(Instant::now())
    }

    /// A virtual clock that begins at `start`, since 1970.
    pub(crate) fn virtual_from(start: Duration) -> Self {
        Clock::Virtual { start, passed: Arc::default() }
    }

    /// Nanoseconds since the instance was made. Advances a virtual clock.
    pub(crate) fn monotonic(&self) -> u64 {
        match self {
            Clock::Real(start) => u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX),
            Clock::Virtual { passed, .. } => passed.fetch_add(STEP, Ordering::Relaxed),
        }
    }

    /// The time since 1970. Advances a virtual clock.
    pub(crate) fn wall(&self) -> Duration {
        match self {
            // A machine whose clock is set before 1970 shows 1970.
            Clock::Real(_) => SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
            Clock::Virtual { start, .. } => {
                start.saturating_add(Duration::from_nanos(self.monotonic()))
            }
        }
    }

    /// Advances a virtual clock in place of a sleep. Returns false if the sleep must be waited for:
    /// with a real clock, or for a sleep past [`END`].
    pub(crate) fn skip(&self, nanoseconds: u64) -> bool {
        match self {
            Clock::Real(_) => false,
            Clock::Virtual { passed, .. } => {
                let now = passed.load(Ordering::Relaxed);
                let then = now.saturating_add(nanoseconds);
                if then < END {
                    passed.store(then, Ordering::Relaxed);
                }
                then < END
            }
        }
    }
}

impl HostMonotonicClock for Clock {
    fn resolution(&self) -> u64 {
        match self {
            Clock::Real(_) => 1,
            Clock::Virtual { .. } => STEP,
        }
    }

    fn now(&self) -> u64 {
        self.monotonic()
    }
}

impl HostWallClock for Clock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(HostMonotonicClock::resolution(self))
    }

    fn now(&self) -> Duration {
        self.wall()
    }
}
