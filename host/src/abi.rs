//! The binary interface: lowers Rust values and dynamic values into a guest, and lifts them out.
//!
//! Lowering makes core values, and copies strings, lists and records into memory from the guest's
//! allocator. Lifting checks what the guest passed or returned, then copies it. Uses `error` and
//! `instance`; `call` and `link` use this module. Nothing here depends on `Caller`, `Func` or the
//! linker.

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
pub use lower::Lower;
pub(crate) use lower::{Allocator, Failure};
pub use params::Params;
pub use pointer::Pointer;
