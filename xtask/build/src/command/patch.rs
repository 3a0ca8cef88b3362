//! `patch`: a module in; a reactor, written to another file, and what was done out.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use polyreactor_convention::{Assume, Change, PatchOptions, patch};
use serde::Serialize;

use super::read_module;
use crate::output;

/// Make a reactor of a module, or say why that cannot be done.
///
/// What keeps the convention already is written as the same bytes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
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
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
}

const DETAILS: &str = "\
The JSON is one object. `schema` is 1, and is raised when a key changes its meaning or goes; new
keys may come at any time.
  input, output  the files
  changes        [{did, …}], empty where the bytes are those that came in

Exit status: 0 where the reactor was written, 1 where the module was refused (nothing is written
then), 2 for wrong usage.";

const EXAMPLE: &str = "\
Example:
  $ cargo polyreactor patch plugin.wasm -o reactor.wasm
  plugin.wasm: R003: unwrapped add, inc
  plugin.wasm: R001: added `_initialize`, which runs the constructors";

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    input: String,
    output: String,
    changes: &'a [Change],
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
    if arguments.json {
        let output = arguments.output.display().to_string();
        let report = Report { schema: 1, input: file(), output, changes: &patched.changes };
        writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&report)?)?;
        return Ok(true);
    }
    for change in &patched.changes {
        say!("{}: {change}", file());
    }
    if patched.changes.is_empty() {
        say!("{}: nothing to patch", file());
    }
    Ok(true)
}
