//! Interruption of guest code by a deadline or a cancellation, and the epoch ticker behind both.
//!
//! Uses the modules `os` and `error`. Knows neither instances nor WASI: both do their waiting in
//! [`Deadline::wait`](deadline::Deadline::wait).

pub(crate) mod cancellation;
pub(crate) mod deadline;
pub(crate) mod ticker;
