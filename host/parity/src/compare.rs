//! Compares observations.
//!
//! `observe.rs` is everything that is observed of a call, and its aspects; `judge.rs` decides which
//! differences count; `show.rs` puts them into the words of a report. Runs no guest.

pub(crate) mod judge;
pub(crate) mod observe;
pub(crate) mod show;
