//! What the tests of this package share: finding guests, toolchains and foreign hosts, running
//! programs within a time limit, files as tests of commands, and turning a function into a named
//! test.
//!
//! `cargo xtask test` provisions everything and says where it is through the environment:
//!
//! | variable | what | otherwise |
//! |---|---|---|
//! | `POLYREACTOR_GUESTS` | the folder that `build-guests` wrote | `target/guests` |
//! | `POLYREACTOR_GO` | the Go program | `go` on `PATH`, or what was provisioned before |
//! | `POLYREACTOR_ZIG` | the Zig program | likewise |
//! | `POLYREACTOR_NODE` | the Node program | likewise |
//! | `POLYREACTOR_PYTHON` | the Python program | `python3`, then `python` on `PATH` |
//! | `POLYREACTOR_WASMTIME_PY` | a folder that holds Python's package `wasmtime` | what Python finds |
//! | `CI` | where it is not empty, a missing tool is a failure | it is a skip |

mod child;
pub mod cli;
pub mod faults;
mod hosts;
mod repository;
mod tool;
mod trial;

pub use child::{Finished, finish};
pub use repository::{guest, repository, repository_program};
pub use tool::{Missing, go, go_build, node, python_with_wasmtime, zig};
pub use trial::{main, trial};
