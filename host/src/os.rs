//! The operating system: forked processes, stacks of threads, and lists of waiting threads.
//!
//! Uses no other module of this crate, and knows nothing of Wasm.

pub(crate) mod fork;
pub(crate) mod stack;
pub(crate) mod waiters;
