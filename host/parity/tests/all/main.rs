//! The integration tests of the package, in one program.

mod calls;
mod foreign;
mod hostile;
mod plugin;
mod suites;
