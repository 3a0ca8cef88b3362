//! How a command that failed ends: an error in, words on standard error and a status out.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::signals;

/// What was typed can't be meant: status 2, as for a wrong option.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Says what failed, and gives the status for it.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    say(format_args!("error: {error:#}"));
    if let Some(status) = signals::status() {
        return ExitCode::from(status);
    }
    if error.is::<Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// Says something on standard error. Where nobody can hear it, that is no reason to stop.
pub(crate) fn say(text: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whoever read the output has seen enough. On Unix that is a signal and never gets here.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    kind == Some(io::ErrorKind::BrokenPipe)
}
