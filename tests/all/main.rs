//! The integration tests of the repository, as one program. Each module lists its tests, whose
//! names begin with the name of the module.
//!
//! A test that measures its own process runs in a child process: this program again, which an
//! environment variable makes run that test alone (`soak`).

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

/// A module's name, and the function that lists its tests or fails with the reason.
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

/// Lists the tests of a module. If that fails, the list is one failing test, so that the tests of
/// the other modules still run.
fn listed((module, trials): Module) -> Vec<Trial> {
    let trials = trials();
    let trials = trials
        .unwrap_or_else(|error| vec![trial(format!("{module}::can_be_listed"), || Err(error))]);
    let prefix = format!("{module}::");
    assert!(
        trials.iter().all(|trial| trial.name().starts_with(&prefix)),
        "a test of module {module} whose name does not begin with `{prefix}`"
    );
    trials
}
