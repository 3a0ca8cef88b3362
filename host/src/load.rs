//! Room for loading: a module is read, inspected, checked and compiled.

pub(crate) mod checked;
pub(crate) mod reactor;
