//! Conformance tests: modules from real compilers and optimisers, run before and after `patch`.
//! After `patch` each must return the results that its source declares. What `check` and `patch`
//! made of each module, and its results before `patch`, are recorded in `conformance/seen/`.
//!
//! A guest is a file in `conformance/rust`, `go`, `zig` or `c`, whose first comment declares how
//! it is built and what its calls return (`conformance/header.rs`). `optimised/` holds the output
//! of `wasm-opt` for some of them, and `refused/` modules that `check` and `patch` must refuse.

use anyhow::Result;
use libtest_mimic::Trial;
use polyreactor_tests::trial;

mod backtrace;
mod engine;
mod header;
mod language;
mod optimised;
mod prove;
mod refused;
mod seen;

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    let mut add = |name: String, run: Box<dyn FnOnce() -> anyhow::Result<()> + Send>| {
        trials.push(trial(format!("conformance::{name}"), run));
    };
    language::trials(&mut add);
    optimised::trials(&mut add);
    backtrace::trials(&mut add);
    refused::trials(&mut add);
    Ok(trials)
}
