//! Modules as real compilers make them: each is run before and after patching, and must answer
//! after it as its source says. What was seen on the way stands in `conformance/seen/`.
//!
//! A guest is a file in `conformance/rust`, `go`, `zig` or `c`, whose first comment says how it
//! is built, and what it answers (`conformance/header.rs`). `optimised/` holds what `wasm-opt`
//! makes of some of them, and `refused/` what is none of our modules.

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
