//! The cargo that runs this program, started in the repository's root with what its commands need
//! in their environment.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

/// How cargo is started.
pub(crate) struct Cargo {
    root: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

impl Cargo {
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        Cargo { root: root.into(), environment: Vec::new() }
    }

    /// With this variable in the environment.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root).envs(self.environment.iter().cloned());
        command
    }

    /// The integration tests, with these arguments for each of their programs.
    ///
    /// Those of the whole workspace: for one package alone, cargo would compile what it depends on
    /// a second time, with other features.
    pub(crate) fn tests(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&["test", "--locked", "--workspace", "--test", "all", "--"]);
        command.args(arguments);
        command
    }
}

/// Runs a command to its end; whether it ended well.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool> {
    let program = command.get_program().to_string_lossy().into_owned();
    Ok(command.status().with_context(|| format!("cannot run {program}"))?.success())
}
