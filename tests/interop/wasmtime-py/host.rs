//! The command that runs the adapter for wasmtime for Python.

use std::process::Command;

use anyhow::Result;
use polyreactor_tests::{python_with_wasmtime, repository};

pub(crate) fn adapter() -> Result<Command> {
    let mut command = python_with_wasmtime()?;
    command.arg(repository().join("tests/interop/wasmtime-py/host.py"));
    Ok(command)
}
