//! Runs cargo (the one that runs this program) in the repository's root, with variables for its
//! commands.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

/// A cargo with a working folder and environment variables.
pub(crate) struct Cargo {
    root: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

impl Cargo {
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        Cargo { root: root.into(), environment: Vec::new() }
    }

    /// Adds a variable to the environment of the commands.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// A cargo command with these arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root).envs(self.environment.iter().cloned());
        command
    }

    /// A command that runs the integration tests of the whole workspace, with these arguments for
    /// each test program. For one package alone, cargo would compile the dependencies a second
    /// time, with other features.
    pub(crate) fn tests(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&["test", "--locked", "--workspace", "--test", "all", "--"]);
        command.args(arguments);
        command
    }
}

/// Runs a command to its end. Returns whether its exit status is 0.
///
/// # Errors
///
/// The program cannot be run.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool> {
    let program = command.get_program().to_string_lossy().into_owned();
    Ok(command.status().with_context(|| format!("cannot run {program}"))?.success())
}
