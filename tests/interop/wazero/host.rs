//! The command that runs the adapter for wazero, a Go program that is compiled once a test run.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use polyreactor_tests::{go_build, repository};

const PROGRAM: &str = if cfg!(windows) { "wazero.exe" } else { "wazero" };

pub(crate) fn adapter() -> Result<Command> {
    static BUILT: Mutex<Option<PathBuf>> = Mutex::new(None);
    // A second test waits here until the first has compiled the program.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if built.is_none() {
        let program = repository().join("target/interop").join(PROGRAM);
        go_build(&repository().join("tests/interop/wazero"), &program)?;
        *built = Some(program);
    }
    Ok(Command::new(built.as_ref().expect("set above")))
}
