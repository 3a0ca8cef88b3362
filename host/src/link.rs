//! Linking: defines host functions and resolves the imports of reactors with them.
//!
//! The top module: [`HostFunction`] depends on `call` and `abi`, and [`Linker::link`] on `load`. No
//! other module may use this one.

mod host_function;
mod imports;
mod linked;
mod linker;

pub use host_function::HostFunction;
pub use linked::Linked;
pub use linker::{Linker, Missing};
