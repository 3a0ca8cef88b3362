//! Tests from functions: named, counted, filtered and reported as cargo asks for it.

use std::process::ExitCode;

use anyhow::{Error, Result};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::Missing;

/// Runs the tests as `cargo test` asks for it.
pub fn main(trials: Vec<Trial>) -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A test: an error fails it, but where a tool is [`Missing`] outside of CI it is skipped.
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
        // With all its causes.
        _ => Err(format!("{error:#}").into()),
    }
}
