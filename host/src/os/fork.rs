//! Forks: a child process has a copy of its parent's memory, but only one of its threads.
//!
//! The other threads of the parent do not exist in the child, and a lock that one of them held at
//! the fork stays locked there for ever. Values that were made before a fork are therefore neither
//! used nor dropped in the child. The child's own engines work.

use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// The number of forks between the process that called [`count`] first and this process: 0 there,
/// 1 in its children, and so on.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// A number that distinguishes this process from its parents and children, though not from its
/// siblings. Without a fork, and where forks are not counted, it is 0.
#[inline]
pub(crate) fn process() -> u64 {
    FORKS.load(Ordering::Relaxed)
}

/// Makes [`process`] count forks from now on. A child that does not run `pthread_atfork` handlers,
/// made by a raw `clone` system call, say, is not counted.
#[cfg(unix)]
pub(crate) fn count() {
    use std::sync::atomic::AtomicBool;

    static IS_COUNTED: AtomicBool = AtomicBool::new(false);
    /// Runs in the child of a fork, where only async-signal-safe operations are allowed.
    unsafe extern "C" fn forked() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }
    if !IS_COUNTED.swap(true, Ordering::Relaxed) {
        // SAFETY: an atomic addition is async-signal-safe, and so allowed in a forked child.
        let refused = unsafe { libc::pthread_atfork(None, None, Some(forked)) } != 0;
        // Refused for lack of memory: the next engine tries again.
        IS_COUNTED.store(!refused, Ordering::Relaxed);
    }
}

/// This system has no forks.
#[cfg(not(unix))]
pub(crate) fn count() {}

/// A value that is dropped only in the process that made it, and leaked in forked children.
pub(crate) struct OfProcess<T> {
    value: ManuallyDrop<T>,
    process: u64,
}

impl<T> OfProcess<T> {
    pub(crate) fn new(value: T) -> Self {
        OfProcess { value: ManuallyDrop::new(value), process: process() }
    }

    /// Whether this process is a forked child of the one that made the value.
    #[inline]
    pub(crate) fn is_foreign(&self) -> bool {
        self.process != process()
    }
}

impl<T> Deref for OfProcess<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for OfProcess<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Drop for OfProcess<T> {
    fn drop(&mut self) {
        if !self.is_foreign() {
            // SAFETY: `drop` runs once, and the value is not used after it.
            unsafe { ManuallyDrop::drop(&mut self.value) };
        }
    }
}

/// A value that each process makes for itself when it first needs it, and never frees. Lock-free,
/// because a thread of the parent might hold a lock at the fork.
pub(crate) struct PerProcess<T: 'static>(AtomicPtr<OfProcess<T>>);

impl<T: Send + Sync> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        PerProcess(AtomicPtr::new(std::ptr::null_mut()))
    }

    /// The value of this process, made by `make` if there is none yet. If two threads make it at
    /// the same time, one of the two values is dropped, and both threads get the other.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&'static T, E> {
        let current = self.0.load(Ordering::Acquire);
        // SAFETY: a pointer that was stored is null, or points to a value that is never freed.
        if let Some(made) = unsafe { current.as_ref() }
            && !made.is_foreign()
        {
            return Ok(made);
        }
        let new = Box::into_raw(Box::new(OfProcess::new(make()?)));
        let stored = self.0.compare_exchange(current, new, Ordering::AcqRel, Ordering::Acquire);
        let kept = match stored {
            Ok(_) => new,
            Err(other) => {
                // SAFETY: `new` came from `Box::into_raw` above, and was not stored.
                drop(unsafe { Box::from_raw(new) });
                other
            }
        };
        // SAFETY: `kept` is stored, not null, and never freed.
        Ok(unsafe { &*kept })
    }
}
