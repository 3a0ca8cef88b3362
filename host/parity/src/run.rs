//! Runs sequences on instances, in step, and observes every call.
//!
//! `column.rs` is one instance, `world.rs` what it sees of clocks, randomness and addresses, `host.rs`
//! and `script.rs` the host functions that it calls, `streams.rs` what it writes. `runner.rs` makes
//! the calls of a sequence on several instances, `relation.rs` those of two related sequences,
//! `test_program.rs` a plugin that tests another one,
//! `resources.rs` the same calls many times. Uses `compare`; nothing here generates or shrinks.

pub(crate) mod column;
pub(crate) mod host;
mod relation;
pub(crate) mod resources;
pub(crate) mod runner;
pub(crate) mod script;
pub(crate) mod streams;
pub(crate) mod test_program;
pub(crate) mod world;
