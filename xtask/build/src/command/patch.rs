//! `patch`: patches a module into a reactor, writes the reactor to a file, and prints the changes.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use polyreactor_convention::{Assume, Change, PatchOptions, patch};
use serde::Serialize;

use super::read_module;
use crate::output;
use polyreactor_terminal::print_stderr;

/// The arguments of `patch`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
pub struct Arguments {
    /// The module to patch
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// The file to write the reactor to
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Whether the exports are command wrappers, if the bytes of the module do not decide it (R003)
    #[arg(long, value_name = "WHAT")]
    assume: Option<Assumption>,
    /// Print the changes as JSON
    #[arg(long)]
    json: bool,
}

const DETAILS: &str = "\
The JSON is one object. `schema` is 1, and is raised when a key is removed or changes its meaning;
new keys may be added at any time.
  input, output  the files
  changes        [{did, …}], empty if the output is identical to the input

Memory: the module, and beside it one to four times its size for a module that a compiler wrote, or
up to forty times for one that consists of exports only. Measured in all: 117 MB for a module of
49 MB, 26 MiB for one of 6 MB.

Exit status: 0 if the reactor was written; 1 if the module was refused, in which case nothing is
written, or a file cannot be read or written; 2 for wrong usage.";

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
    /// The linker wrapped every export as a command export
    Wrapped,
    /// No export is wrapped
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
        print_stderr!("{}: {change}", file());
    }
    if patched.changes.is_empty() {
        print_stderr!("{}: nothing to patch", file());
    }
    Ok(true)
}
