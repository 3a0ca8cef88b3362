//! Failures of commands: the message on standard error, and the exit status.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

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
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    print_stderr(format_args!("error: {error:#}"));
    if let Some(status) = signals::status() {
        return ExitCode::from(status);
    }
    if error.is::<Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// Prints a line on standard error. Where that fails, the line is lost: a full or closed standard
/// error must not change the outcome of a command.
pub(crate) fn print_stderr(text: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whether the reader of standard output closed its pipe, which is no failure. On Unix SIGPIPE has
/// ended the program before this function is reached.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    kind == Some(io::ErrorKind::BrokenPipe)
}
