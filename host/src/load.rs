//! Room of loading: bytes are read, inspected, checked, and then compiled.
//!
//! Each stage has a value of its own, so that other stages can stand between them. Uses the rooms
//! `os`, `error`, `engine` and `instance`; knows nothing of host functions or calls.

mod checked;
mod reactor;

pub use checked::CheckedModule;
pub use reactor::Reactor;
