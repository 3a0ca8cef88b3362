//! The integration tests of the package, in one program.

mod calls;
mod hostile;
mod plugin;
mod suites;
