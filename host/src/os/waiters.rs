//! [`Waiters`]: a list of threads to unpark when an event happens.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// The threads that wait for an event. A thread that waits for several events is in several lists.
#[derive(Default)]
pub(crate) struct Waiters(Mutex<Vec<Thread>>);

/// Keeps a thread in a list until it is dropped, which that thread must do.
pub(crate) struct Registered<'a>(&'a Waiters);

impl Waiters {
    /// Puts this thread into the list. The thread must check for the event after this call and
    /// before each [`thread::park`]: else an event in between is missed. A park may also return
    /// without the event.
    pub(crate) fn register(&self) -> Registered<'_> {
        self.list().push(thread::current());
        Registered(self)
    }

    /// Unparks all threads in the list.
    pub(crate) fn wake(&self) {
        self.list().iter().for_each(Thread::unpark);
    }

    fn list(&self) -> MutexGuard<'_, Vec<Thread>> {
        // A panic under the lock can't leave the list half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        let this = thread::current().id();
        let mut list = self.0.list();
        if let Some(place) = list.iter().position(|thread| thread.id() == this) {
            list.swap_remove(place);
        }
    }
}
