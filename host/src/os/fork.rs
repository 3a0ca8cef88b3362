//! Forks: a child process has the memory of its parent and only one of its threads.
//!
//! The parent's other threads are gone in a child, and what they had locked stays locked. So what
//! was made before a fork is neither used nor dropped after it.

use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// How often this process and its parents have forked since the first engine was made.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// Tells a process from its children and parents: the number of forks that lie behind it.
#[inline]
pub(crate) fn process() -> u64 {
    FORKS.load(Ordering::Relaxed)
}

/// Counts forks from now on.
#[cfg(unix)]
pub(crate) fn count() {
    use std::sync::atomic::AtomicBool;

    static IS_COUNTED: AtomicBool = AtomicBool::new(false);
    /// Runs in the child, where little more than this is allowed.
    unsafe extern "C" fn forked() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }
    if !IS_COUNTED.swap(true, Ordering::Relaxed) {
        // SAFETY: an atomic addition may be made in a signal handler, and so in a child.
        let refused = unsafe { libc::pthread_atfork(None, None, Some(forked)) } != 0;
        // There was no memory for it; the next engine tries again.
        IS_COUNTED.store(!refused, Ordering::Relaxed);
    }
}

/// There are no forks here.
#[cfg(not(unix))]
pub(crate) fn count() {}

/// A value that is dropped only by the process that made it; its children leak it.
pub(crate) struct OfProcess<T> {
    value: ManuallyDrop<T>,
    process: u64,
}

impl<T> OfProcess<T> {
    pub(crate) fn new(value: T) -> Self {
        OfProcess { value: ManuallyDrop::new(value), process: process() }
    }

    /// Whether the process has forked since, and this is the child.
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
            // SAFETY: it is never used after this.
            unsafe { ManuallyDrop::drop(&mut self.value) };
        }
    }
}

/// Something that each process makes for itself when it first needs it, and keeps until it ends.
/// It takes no lock, which a parent's thread might have held when the process was forked.
pub(crate) struct PerProcess<T: 'static>(AtomicPtr<OfProcess<T>>);

impl<T: Send + Sync> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        PerProcess(AtomicPtr::new(std::ptr::null_mut()))
    }

    /// This process's own; made by `make` where there is none yet. Where two threads make one at
    /// the same time, one of them is dropped.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&'static T, E> {
        let current = self.0.load(Ordering::Acquire);
        // SAFETY: what was stored is never freed.
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
                // SAFETY: nobody else has seen it.
                drop(unsafe { Box::from_raw(new) });
                other
            }
        };
        // SAFETY: what is stored is never freed.
        Ok(unsafe { &*kept })
    }
}
