//! Threads that wait for the same thing: who comes in is woken when it happens, or before.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// The threads that wait. Each may stand in several lists, and so wait for several things.
#[derive(Default)]
pub(crate) struct Waiters(Mutex<Vec<Thread>>);

/// Keeps this thread in a list; it leaves when this is dropped.
pub(crate) struct Enrolled<'a>(&'a Waiters);

impl Waiters {
    /// Puts this thread into the list. What it waits for is to be looked at after that and
    /// before each [`thread::park`], or it may have happened in between.
    pub(crate) fn enrol(&self) -> Enrolled<'_> {
        self.list().push(thread::current());
        Enrolled(self)
    }

    pub(crate) fn wake(&self) {
        self.list().iter().for_each(Thread::unpark);
    }

    fn list(&self) -> MutexGuard<'_, Vec<Thread>> {
        // Nothing that holds it can leave it half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Enrolled<'_> {
    fn drop(&mut self) {
        let this = thread::current().id();
        let mut list = self.0.list();
        if let Some(place) = list.iter().position(|thread| thread.id() == this) {
            list.swap_remove(place);
        }
    }
}
