//! What `cargo xtask` and `cargo polyreactor` offer: a dispatch table, a file a command.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;

mod build_guests;
mod check;
mod doctor;
mod patch;
mod schema;

/// A command for people who write plugins.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// Build every plugin of this project into a reactor.
    BuildGuests(build_guests::Arguments),
    /// Say what is wrong with modules as reactors.
    Check(check::Arguments),
    /// Make a reactor of a module, or say why that cannot be done.
    Patch(patch::Arguments),
    /// Say which toolchains there are, and what to do where one is missing.
    Doctor(doctor::Arguments),
    /// Print the JSON Schema of plugin.toml, for editors.
    Schema(schema::Arguments),
}

impl Command {
    /// Runs it; what went wrong goes to stderr, and is the exit status: 1.
    pub fn run(self) -> ExitCode {
        let outcome = match self {
            Command::BuildGuests(arguments) => build_guests::run(&arguments),
            Command::Check(arguments) => check::run(&arguments),
            Command::Patch(arguments) => patch::run(&arguments),
            Command::Doctor(arguments) => doctor::run(&arguments),
            Command::Schema(arguments) => schema::run(&arguments),
        };
        status_of(outcome)
    }
}

/// Whether all was well, as an exit status; errors are told on stderr.
fn status_of(outcome: Result<bool>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // `| head -1`: the reader has what it wanted.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

/// Reads a file that should hold a module.
fn read_module(path: &Path) -> Result<Vec<u8>> {
    if path.is_dir() {
        bail!("it is a directory; give the .wasm file");
    }
    Ok(std::fs::read(path)?)
}
