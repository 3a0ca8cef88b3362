//! Room for what the host asks of the operating system: the process after a fork, the stack of a
//! thread, threads that wait.

pub(crate) mod fork;
pub(crate) mod stack;
pub(crate) mod waiters;
