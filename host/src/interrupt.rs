//! Room of interruption: what ends guest code from outside, by deadline or cancellation.
//!
//! Uses the rooms `os` and `error`. Knows neither instances nor WASI, both of which wait under a
//! [`Deadline`](deadline::Deadline).

pub(crate) mod cancellation;
pub(crate) mod deadline;
pub(crate) mod ticker;
