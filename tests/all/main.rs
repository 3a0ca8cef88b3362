//! The tests that no package can run by itself, as one program: a module a question, each test
//! named after its module.
//!
//! A test that looks at its own process runs in a child: this program again, told by its
//! environment what to do (`soak`).

use std::process::ExitCode;

use anyhow::Result;
use libtest_mimic::Trial;
use polyreactor_tests::trial;

mod behaviour;
mod cli;
mod conformance;
mod examples;
mod guests;
mod host;
mod interop;
mod parity;
mod pipeline;
mod proof;
mod soak;
mod tidy;
mod values;

/// The tests of a module, or why they cannot be listed.
type Module = (&'static str, fn() -> Result<Vec<Trial>>);

const MODULES: [Module; 13] = [
    ("behaviour", behaviour::trials),
    ("cli", cli::trials),
    ("conformance", conformance::trials),
    ("examples", examples::trials),
    ("guests", guests::trials),
    ("host", host::trials),
    ("interop", interop::trials),
    ("parity", parity::trials),
    ("pipeline", pipeline::trials),
    ("proof", proof::trials),
    ("soak", soak::trials),
    ("tidy", tidy::trials),
    ("values", values::trials),
];

fn main() -> ExitCode {
    if let Some(code) = soak::child() {
        return code;
    }
    let code = polyreactor_tests::main(MODULES.into_iter().flat_map(listed).collect());
    proof::print_tally();
    code
}

/// A module whose tests cannot be listed is one test that fails: those of the others still run.
fn listed((module, trials): Module) -> Vec<Trial> {
    let trials = trials();
    let trials = trials
        .unwrap_or_else(|error| vec![trial(format!("{module}::can_be_listed"), || Err(error))]);
    let prefix = format!("{module}::");
    assert!(
        trials.iter().all(|trial| trial.name().starts_with(&prefix)),
        "a test of another module in {module}"
    );
    trials
}
