//! Makes libtest-compatible tests of functions: `cargo test` names, filters and counts them.

use std::process::ExitCode;

use anyhow::{Error, Result};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::Missing;

/// Runs the tests with the command-line arguments of libtest, as `cargo test` passes them.
pub fn main(trials: Vec<Trial>) -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Makes a test of a function. The test fails if `run` returns an error, but is skipped if the
/// error is [`Missing`] and the variable `CI` is unset or empty.
pub fn trial(name: impl Into<String>, run: impl FnOnce() -> Result<()> + Send + 'static) -> Trial {
    let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    Trial::ignorable_test(name, move || {
        run().map_or_else(|error| verdict(&error, in_ci), completed)
    })
}

fn completed((): ()) -> Result<Completion, Failed> {
    Ok(Completion::Completed)
}

fn verdict(error: &Error, in_ci: bool) -> Result<Completion, Failed> {
    match error.downcast_ref::<Missing>() {
        Some(missing) if !in_ci => Ok(Completion::ignored_with(missing)),
        // `#` prints all causes.
        _ => Err(format!("{error:#}").into()),
    }
}
