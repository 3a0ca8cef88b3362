//! The integration tests of polyreactor-build, as one program.

mod descriptions;
mod languages;
mod projects;
