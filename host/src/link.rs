//! Room for linking: what a module imports meets what the host offers.

pub(crate) mod host_function;
pub(crate) mod imports;
