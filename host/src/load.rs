//! Room for loading: a module is read, inspected, checked and compiled.

pub(crate) mod reactor;
