//! Shared code of this package's tests: finds guests, toolchains and foreign hosts, runs programs
//! within a time limit, runs files as tests of commands, and makes named tests of functions.
//!
//! `cargo xtask test` provisions everything and passes the paths in environment variables:
//!
//! | variable | meaning | if unset |
//! |---|---|---|
//! | `POLYREACTOR_GUESTS` | the folder that `build-guests` wrote | `target/guests` |
//! | `POLYREACTOR_GO` | the Go program | `go` on `PATH`, or the one provisioned earlier |
//! | `POLYREACTOR_ZIG` | the Zig program | likewise |
//! | `POLYREACTOR_NODE` | the Node program | likewise |
//! | `POLYREACTOR_PYTHON` | the Python program | `python3`, then `python` on `PATH` |
//! | `POLYREACTOR_WASMTIME_PY` | a folder with the Python package `wasmtime` | Python's own path |
//! | `CI` | not empty: a test whose toolchain is missing fails | that test is skipped |

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
