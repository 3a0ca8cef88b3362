//! `polyreactor run`: one live instance of a reactor, and calls to it in order.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use polyreactor_convention::{Change, PatchOptions, Refused, patch};
use polyreactor_host::{Engine, Error, InstanceConfig, Reactor, Value};

use crate::call::{Call, Checked, Tuple};
use crate::fail::Usage;
use crate::quote;

/// Call a reactor's exports, one after the other, on one live instance
///
/// Each call is printed with what it gives back; one that gives nothing back is printed alone.
/// What the guest writes to its standard output and error is passed on, and nothing else of the
/// machine is given to it. All calls are held against the exports before the first is made, and
/// after one that fails the others are not made.
///
/// A module that the linker wrapped as a command, or that lacks `_initialize`, is patched in
/// memory; the file stays as it is.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
pub(crate) struct Opts {
    /// The module that a compiler or `build-guests` wrote
    file: PathBuf,

    /// Calls such as `inc(1)`: an export's name, then its arguments in parentheses
    #[arg(required = true, value_name = "CALL")]
    calls: Vec<String>,
}

const DETAILS: &str = "\
A CALL's name stands before the first `(`; one that holds a `(` itself, or begins with a quote,
is written as a JSON string. The arguments are WAVE: integers, signed or unsigned, which are
printed signed; floats, with `inf`, `-inf`, `nan`, and `nan:0x1` for a payload. What is printed
before the `=` is a CALL again.

Exit status: 0 where every call was answered; 1 where the file is no reactor, or the guest trapped
or exited, with status 0 too; 2 where a CALL is not well formed or does not fit the exports.";

const EXAMPLE: &str = "\
Example:
  $ polyreactor run counter.wasm 'inc(1)' 'inc(21)'
  inc(1) = 21
  inc(21) = 42";

pub(crate) fn run(opts: Opts) -> Result<()> {
    let calls = every(&opts.calls, &opts.calls, |text| Call::parse(text))?;
    let reactor = load(&opts.file)?;
    let calls = every(&opts.calls, &calls, |call| call.check(reactor.signature(&call.name)?))?;
    let mut instance = reactor
        .instantiate(&InstanceConfig::new().inherit_output())
        .with_context(|| format!("no call was made to `{}`", shown(&opts.file)))?;
    for (number, call) in calls.iter().enumerate() {
        let results = instance
            .call(&call.name, &call.values)
            .map_err(|error| unanswered(call, &error, calls.len() - number - 1))?;
        print(call, &results).context("a result can't be printed")?;
    }
    Ok(())
}

/// Prints a result at once, so that it stands where it belongs among what the guest prints.
fn print(call: &Checked, results: &[Value]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match results {
        [] => writeln!(stdout, "{call}")?,
        [one] => writeln!(stdout, "{call} = {one}")?,
        several => writeln!(stdout, "{call} = {}", Tuple(several))?,
    }
    stdout.flush()
}

fn unanswered(call: &Checked, error: &Error, later: usize) -> anyhow::Error {
    let rest = match later {
        0 => String::new(),
        1 => "\nnote: the instance ended with it, so the last call was not made".to_owned(),
        _ => format!("\nnote: the instance ended with it, so the last {later} calls were not made"),
    };
    anyhow!("`{call}` has no answer: {error}{rest}")
}

/// Loads a file, patched where that makes a reactor of it.
fn load(file: &Path) -> Result<Reactor> {
    let name = || format!("`{}`", shown(file));
    let engine = Engine::new()?;
    let bytes = fs::read(file).with_context(|| format!("{} can't be read", name()))?;
    match patch(&bytes, &PatchOptions::default()) {
        Ok(patched) => {
            note(file, &patched.changes);
            Reactor::from_bytes(&engine, &patched.bytes).with_context(name)
        }
        Err(refused @ Refused::Failed { .. }) => bail!("{}: {refused}", name()),
        // The host finds the same faults, and says whose they are.
        Err(_) => Ok(Reactor::from_file(&engine, file)?),
    }
}

/// Says that what runs is not quite what the file holds.
fn note(file: &Path, changes: &[Change]) {
    let done: Vec<_> = changes.iter().map(ToString::to_string).collect();
    if !changes.is_empty() {
        eprintln!("note: `{}` is patched in memory: {}", shown(file), done.join("; "));
    }
}

/// Takes one step for every CALL; where some of them fail, says so of each at once.
fn every<T, U>(texts: &[String], items: &[T], step: impl Fn(&T) -> Result<U>) -> Result<Vec<U>> {
    let mut done = Vec::new();
    let mut faults = Vec::new();
    for (text, item) in texts.iter().zip(items) {
        match step(item) {
            Ok(value) => done.push(value),
            Err(fault) => faults.push(format!("CALL `{}`: {fault}", quote::excerpt(text))),
        }
    }
    if faults.is_empty() { Ok(done) } else { Err(Usage(faults.join("\nerror: ")).into()) }
}

fn shown(file: &Path) -> String {
    quote::escape(&file.to_string_lossy())
}
