//! Calls: by name or by [`Func`], with Rust types or dynamic values, from the embedder or (through
//! a [`Caller`]) from a host function.
//!
//! Uses `error`, `instance` and `abi`; `link` uses this module. Nothing here depends on `load` or
//! `link`.

mod caller;
mod dynamic;
mod func;
mod methods;
mod typed;

pub use caller::Caller;
pub use func::Func;
