//! Where guest code runs: on the caller's thread, or beside it where that thread may not wait.
//!
//! wasmtime-wasi serves preview 1 by blocking on a tokio runtime, in `fd_write` already. Inside an
//! async task tokio forbids that with a panic. A thread without a runtime of its own is free to
//! block; it costs some 30 µs a call, and only calls from inside a runtime pay it.

use std::panic::resume_unwind;
use std::thread;

use tokio::runtime::Handle;

/// Runs `guest` to its end; `may_wait` says whether it can get into a WASI function.
pub(crate) fn run<R: Send>(may_wait: bool, guest: impl FnOnce() -> R + Send) -> R {
    if may_wait && Handle::try_current().is_ok() {
        return thread::scope(|scope| {
            scope.spawn(guest).join().unwrap_or_else(|panic| resume_unwind(panic))
        });
    }
    guest()
}
