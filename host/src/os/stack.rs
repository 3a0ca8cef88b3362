//! Whether a thread has as much stack left as a call may take, and a stack of its own for a call
//! where it has not.
//!
//! The engine stops a guest when it has taken what the engine allows it, and does not look how
//! much there is: on a thread with less, the process would end without a word.

use std::cell::Cell;

/// What the host's own functions may take besides, WASI's among them, in bytes.
pub(crate) const FOR_HOST: usize = 256 << 10;

thread_local! {
    /// The end of the stack that this thread runs on, and a place in it: as far as was looked. A
    /// place in between is on the same stack.
    static SEEN: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// Why a call can't begin: there is not enough stack, and no more to be had.
#[derive(Debug)]
pub(crate) struct NoStack {
    needed: usize,
}

impl std::fmt::Display for NoStack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kib = self.needed >> 10;
        write!(
            f,
            "a call may take {kib} KiB of stack; its thread has less left, and there is no memory \
             or address space for a stack of its own: call it on a thread with a larger stack, or \
             allow less by `EngineConfig::stack`"
        )
    }
}

/// Whether this thread has so many bytes of stack left.
#[inline]
pub(crate) fn has(bytes: usize) -> bool {
    let here = here();
    let (end, seen) = SEEN.get();
    (here <= seen && here.wrapping_sub(end) >= bytes && here >= end) || look(here, bytes)
}

/// Where the stack is now, but for the frame of a function or two.
#[inline]
fn here() -> usize {
    let local = 0_u8;
    (&raw const local).addr()
}

#[cold]
fn look(here: usize, bytes: usize) -> bool {
    // Where the system does not tell, the engine's own measure is all there is.
    let Some(left) = stacker::remaining_stack() else { return true };
    SEEN.set((here.saturating_sub(left), here));
    left >= bytes
}

/// Runs a call on a new stack of so many bytes, on this thread.
#[cold]
pub(crate) fn on_a_new_one<R>(bytes: usize, call: impl FnOnce() -> R) -> Result<R, NoStack> {
    /// What is taken before the first look at it.
    const SLACK: usize = 64 << 10;
    let size = bytes.checked_add(SLACK).filter(|size| can_be_had(*size));
    let size = size.ok_or(NoStack { needed: bytes })?;
    // What has been seen of this thread's own stack is true again after it.
    struct Restore((usize, usize));
    impl Drop for Restore {
        fn drop(&mut self) {
            SEEN.set(self.0);
        }
    }
    let _restore = Restore(SEEN.replace((0, 0)));
    Ok(stacker::grow(size, call))
}

/// Whether there is memory for a stack; `stacker` panics where there is none.
#[cfg(unix)]
fn can_be_had(size: usize) -> bool {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANON;
    // SAFETY: a mapping of its own, that nothing else is in, taken and given back.
    unsafe {
        let place = libc::mmap(
            std::ptr::null_mut(),
            size.saturating_add(1 << 20),
            libc::PROT_READ | libc::PROT_WRITE,
            flags,
            -1,
            0,
        );
        place != libc::MAP_FAILED && libc::munmap(place, size.saturating_add(1 << 20)) == 0
    }
}

#[cfg(not(unix))]
fn can_be_had(_: usize) -> bool {
    true
}
