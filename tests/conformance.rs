//! Modules as real compilers make them: each is run before and after patching, and must answer
//! after it as its source says. What was seen on the way stands in `conformance/seen/`.
//!
//! A guest is a file in `conformance/rust`, `go`, `zig` or `c`, whose first comment says how it
//! is built, and what it answers (`conformance/header.rs`). `optimised/` holds what `wasm-opt`
//! makes of some of them, and `refused/` what is none of our modules.

use std::process::ExitCode;

use libtest_mimic::Trial;
use polyreactor_tests::trial;

#[path = "conformance/backtrace.rs"]
mod backtrace;
#[path = "conformance/engine.rs"]
mod engine;
#[path = "conformance/header.rs"]
mod header;
#[path = "conformance/language.rs"]
mod language;
#[path = "conformance/optimised.rs"]
mod optimised;
#[path = "conformance/prove.rs"]
mod prove;
#[path = "conformance/refused.rs"]
mod refused;
#[path = "conformance/seen.rs"]
mod seen;

fn main() -> ExitCode {
    let mut trials = Vec::new();
    let mut add = |name: String, run: Box<dyn FnOnce() -> anyhow::Result<()> + Send>| {
        trials.push(trial(format!("conformance::{name}"), run));
    };
    language::trials(&mut add);
    optimised::trials(&mut add);
    backtrace::trials(&mut add);
    refused::trials(&mut add);
    let _: &Vec<Trial> = &trials;
    polyreactor_tests::main(trials)
}
