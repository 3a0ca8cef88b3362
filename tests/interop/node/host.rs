//! The command that runs the adapter for Node (`node:wasi`).

use std::process::Command;

use anyhow::Result;
use polyreactor_tests::{node, repository};

pub(crate) fn adapter() -> Result<Command> {
    let mut command = node()?;
    command.arg(repository().join("tests/interop/node/host.mjs"));
    Ok(command)
}
