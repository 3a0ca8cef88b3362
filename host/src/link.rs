//! Room of linking: what modules import meets what the host offers.
//!
//! On top of all rooms: a linker knows host functions, which take a `Caller` and values, and makes
//! instances of reactors. No room uses this one.

mod host_function;
mod imports;
mod linked;
mod linker;

pub use host_function::HostFunction;
pub use linked::Linked;
pub use linker::{Linker, Missing};
