//! Counts steps, which are committed under a lock. `commit` returns the total with them.

use std::sync::Mutex;

use polyreactor_guest::export;

/// The steps under the lock, if it is held, and the total.
static STATE: Mutex<(Option<u64>, u64)> = Mutex::new((None, 0));

/// Takes the lock, and returns whether it was free.
#[export]
pub fn lock() -> bool {
    let mut state = STATE.lock().unwrap();
    let free = state.0.is_none();
    state.0 = state.0.or(Some(0));
    free
}

/// Makes `by` steps if the lock is held, and returns whether it is.
#[export]
pub fn step(by: u32) -> bool {
    let mut state = STATE.lock().unwrap();
    state.0 = state.0.map(|steps| steps + u64::from(by));
    state.0.is_some()
}

/// Adds the steps to the total, and gives the lock back.
#[export]
pub fn commit() -> u64 {
    let mut state = STATE.lock().unwrap();
    state.1 += state.0.take().unwrap_or(0);
    state.1
}
