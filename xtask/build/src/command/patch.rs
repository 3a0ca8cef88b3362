//! `patch`: a module in; a reactor, written to another file, and what was done out.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use polyreactor_convention::{Assume, PatchOptions, patch};

use super::read_module;
use crate::output;

/// Make a reactor of a module, or say why that cannot be done.
///
/// What keeps the convention already is written as the same bytes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cargo xtask patch plugin.wasm -o reactor.wasm")]
pub struct Arguments {
    /// The module
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Where to write the reactor
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// What the module is, where its bytes do not tell whether its exports are wrapped (R003)
    #[arg(long, value_name = "WHAT")]
    assume: Option<Assumption>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Assumption {
    /// The linker has wrapped its exports as those of a command
    Wrapped,
    /// Its exports are as they were written
    Clean,
}

pub(super) fn run(arguments: &Arguments) -> Result<bool> {
    let file = || arguments.input.display().to_string();
    let bytes = read_module(&arguments.input).with_context(file)?;
    let mut options = PatchOptions::default();
    if let Some(assumption) = arguments.assume {
        options = options.assume(match assumption {
            Assumption::Wrapped => Assume::Wrapped,
            Assumption::Clean => Assume::Clean,
        });
    }
    let patched = patch(&bytes, &options).with_context(file)?;
    output::write(&arguments.output, &patched.bytes)?;
    for change in &patched.changes {
        eprintln!("{}: {change}", arguments.input.display());
    }
    if patched.changes.is_empty() {
        eprintln!("{}: nothing to patch", arguments.input.display());
    }
    Ok(true)
}
