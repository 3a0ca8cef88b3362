//! Room of calls: by name or by function, typed or dynamic, by an embedder or by a host function.
//!
//! Uses all rooms but `load` and `link`.

mod caller;
mod dynamic;
mod func;
mod methods;
mod typed;

pub use caller::Caller;
pub use func::Func;
