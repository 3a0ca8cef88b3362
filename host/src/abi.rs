//! Room of the binary interface: values of Rust and of contracts on their way into a guest and out.
//!
//! A value is lowered into the guest (core values, and memory that the guest's allocator gives for
//! the call) and lifted out of it (checked, then copied). Uses the rooms `os`, `error`, `engine` and
//! `instance`. Knows no `Caller`, no `Func` and no linker.

pub(crate) mod call_scope;
pub(crate) mod core;
pub(crate) mod dynamic;
mod lift;
mod lower;
mod params;
pub(crate) mod place;
mod pointer;
mod record;

pub(crate) use lift::Guest;
pub use lift::Lift;
pub(crate) use lower::Allocator;
pub use lower::Lower;
pub use params::Params;
pub use pointer::Pointer;
