//! Failures of commands: the message on standard error, and the exit status.

use std::fmt;
use std::process::ExitCode;

use polyreactor_terminal::{is_closed_pipe, print_stderr};

use crate::signals;

/// An error of the command line or of a CALL: exit status 2, as clap's for a wrong option.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Prints the error on standard error, and returns the exit status for it.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    // On Unix SIGPIPE has ended the program before.
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    print_stderr!("error: {error:#}");
    if let Some(status) = signals::status() {
        return ExitCode::from(status);
    }
    if error.is::<Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}
