//! The time that a guest sees: the machine's, or one of its own that two runs have in common.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

/// A guest's clocks; a clone shows the same time.
#[derive(Clone)]
pub(crate) enum Clock {
    /// The machine's, and when the instance was made.
    Real(Instant),
    /// Nanoseconds that have passed by being looked at or slept through, and nothing else.
    Virtual { start: Duration, passed: Arc<AtomicU64> },
}

/// What a virtual clock shows at first where nothing else is said: the first second of the year
/// 2000.
pub(crate) const START: Duration = Duration::from_secs(946_684_800);

/// Where a virtual clock stops going on by itself: who wraps around runs backwards.
const END: u64 = u64::MAX / 2;

/// How far a virtual clock goes on when it is read, so that who waits for it comes to an end.
const STEP: u64 = 1_000;

impl Clock {
    pub(crate) fn real() -> Self {
        Clock::Real(Instant::now())
    }

    /// One that shows this time since 1970 at first.
    pub(crate) fn of_its_own(start: Duration) -> Self {
        Clock::Virtual { start, passed: Arc::default() }
    }

    /// Nanoseconds since the instance was made.
    pub(crate) fn monotonic(&self) -> u64 {
        match self {
            Clock::Real(start) => u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX),
            Clock::Virtual { passed, .. } => passed.fetch_add(STEP, Ordering::Relaxed),
        }
    }

    /// The time since 1970.
    pub(crate) fn wall(&self) -> Duration {
        match self {
            // A clock that is set before 1970 shows that it knows nothing.
            Clock::Real(_) => SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
            Clock::Virtual { start, .. } => {
                start.saturating_add(Duration::from_nanos(self.monotonic()))
            }
        }
    }

    /// Sleeps without waiting, where that is possible. A sleep without an end is waited for.
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
