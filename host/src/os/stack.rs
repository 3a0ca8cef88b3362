//! Stacks of threads: how much is left, and a new stack for a call where that is too little.
//!
//! The engine stops a guest that has used its maximum of stack, without checking how much the
//! thread has. On a thread with less, the overflow would kill the process by a signal, without a
//! message.

use std::cell::Cell;

/// The stack that a call needs for host functions, those of WASI among them, in addition to the
/// Wasm stack, in bytes. A host function that uses more may overflow the stack, which aborts the
/// process.
pub(crate) const FOR_HOST: usize = 256 << 10;

thread_local! {
    /// The end (lowest address) of the stack that this thread runs on, and the address from which
    /// it was measured. An address between the two is on the same stack.
    static MEASURED: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// The error of a call that can't begin: the thread has too little stack left, and a new stack
/// can't be allocated.
#[derive(Debug)]
pub(crate) struct NoStack {
    /// The stack that the call needs, in bytes.
    pub(crate) needed: usize,
}

/// Whether this thread has `bytes` of stack left. Always true where the system does not report the
/// remaining stack.
#[inline]
pub(crate) fn has(bytes: usize) -> bool {
    let here = here();
    let (end, measured_at) = MEASURED.get();
    let is_measured = here <= measured_at && here >= end;
    (is_measured && here.wrapping_sub(end) >= bytes) || measure(here, bytes)
}

/// The current stack address, give or take the frame of a function or two.
#[inline]
fn here() -> usize {
    let local = 0_u8;
    (&raw const local).addr()
}

#[cold]
fn measure(here: usize, bytes: usize) -> bool {
    // Unknown on this system: only the engine's limit protects the stack.
    let Some(left) = stacker::remaining_stack() else { return true };
    MEASURED.set((here.saturating_sub(left), here));
    left >= bytes
}

/// Runs a call on this thread, on a newly allocated stack with `bytes` left.
#[cold]
pub(crate) fn run_on_new_stack<R>(bytes: usize, call: impl FnOnce() -> R) -> Result<R, NoStack> {
    /// The part of the new stack that is used before a call on it measures what is left, in bytes.
    const SLACK: usize = 64 << 10;
    let size = bytes.checked_add(SLACK).filter(|size| can_allocate(*size));
    let size = size.ok_or(NoStack { needed: bytes })?;
    // Afterwards the thread is on its old stack again, so the old measurement is valid again.
    struct Restore((usize, usize));
    impl Drop for Restore {
        fn drop(&mut self) {
            MEASURED.set(self.0);
        }
    }
    let _restore = Restore(MEASURED.replace((0, 0)));
    Ok(stacker::grow(size, call))
}

/// Whether a stack of `size` bytes can be allocated. Asked first, because `stacker` panics if it
/// can't.
#[cfg(unix)]
fn can_allocate(size: usize) -> bool {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANON;
    // SAFETY: an anonymous mapping at an address that the kernel chooses overlaps no other; it is
    // unmapped again at once.
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
fn can_allocate(_: usize) -> bool {
    true
}
