//! The subcommands of `cargo xtask` and `cargo polyreactor`: a dispatch table; each subcommand is
//! one file.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;
use polyreactor_terminal::{is_closed_pipe, print_stderr};

mod build_guests;
mod check;
mod doctor;
mod patch;
mod schema;

// `--help` prints the doc comments of the variants, not those of the `Arguments` structs.
/// The commands for authors of plugins.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// Build the plugins of this project into reactors.
    ///
    /// Finds the plugins (`[workspace.metadata.polyreactor]` in Cargo.toml names their folders),
    /// fetches missing toolchains, compiles, patches and checks. Writes
    /// `guests/<language>/<name>.wasm` and `guests/manifest.json` into cargo's target folder.
    BuildGuests(build_guests::Arguments),
    /// Check modules against the reactor convention.
    Check(check::Arguments),
    /// Patch a module into a reactor, or report why it cannot be patched.
    ///
    /// The output for a module that keeps the convention already is identical to the input.
    Patch(patch::Arguments),
    /// List the installed toolchains, and what to do about a missing one.
    ///
    /// Installs nothing. The exit status is 1 if something is missing that cannot be fetched.
    Doctor(doctor::Arguments),
    /// Print the JSON Schema of plugin.toml, for editors.
    Schema(schema::Arguments),
}

impl Command {
    /// Runs the command in the current folder. An error is printed to stderr, and the exit status
    /// is then 1; a closed pipe on stdout (`| head -1`) counts as success.
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

/// The exit status of a command's result; prints an error to stderr.
fn status_of(outcome: Result<bool>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // `| head -1`: the reader has closed the pipe and needs no more output.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            print_stderr!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the file of a module, with a remedy in the error where the path is a directory.
fn read_module(path: &Path) -> Result<Vec<u8>> {
    if path.is_dir() {
        bail!("it is a directory; give the .wasm file");
    }
    Ok(std::fs::read(path)?)
}
