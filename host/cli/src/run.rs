//! `polyreactor run`: one live instance of a reactor, and calls to it in order.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::ValueEnum;
use polyreactor_contract::{Call, quote};
use polyreactor_host::{Access, CheckedModule, Input, InstanceConfig};

use crate::call::{Checked, Unfit};
use crate::fail::Usage;
use crate::{signals, units};

mod load;
mod report;
mod source;

use report::{Printer, unanswered};
use source::Source;

/// Call a reactor's exports, one after the other, on one live instance
///
/// Each call is printed with what it gives back; one that gives nothing back is printed alone.
/// What the guest writes to its standard output and error is passed on; of the machine it is given
/// what the options name and nothing else. All calls are held against the exports before the first is made, and
/// after one that fails the others are not made.
///
/// A module that the linker wrapped as a command, or that lacks `_initialize`, is patched in
/// memory; the file stays as it is.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
pub(crate) struct Opts {
    /// The module that a compiler or `build-guests` wrote
    file: PathBuf,

    /// Calls such as `inc(1)`: an export's name, then its arguments in parentheses; `-` stands for
    /// the CALLs on standard input, `@FILE` for those in a file, one a line
    #[arg(required = true, value_name = "CALL")]
    calls: Vec<String>,

    /// Say whether the linker has wrapped the exports as those of a command, where the bytes don't
    /// tell (R003)
    #[arg(long, value_name = "WHAT")]
    assume: Option<Assumption>,

    /// End a call that takes longer, and `_initialize` too: `500ms`, `2s`; else they may take
    /// for ever
    #[arg(long, value_parser = units::duration)]
    timeout: Option<Duration>,

    /// What the guest's memory may grow to: `64MiB`
    #[arg(long, value_name = "SIZE", value_parser = units::size, default_value = "256MiB")]
    memory: u64,

    /// What the guest may take of the stack in a call, for deep recursion: `8MiB`
    #[arg(long, value_name = "SIZE", value_parser = units::stack, default_value = "512KiB")]
    stack: usize,

    /// Run a module that imports functions which this host does not have, as long as no call needs
    /// them; else it is refused
    #[arg(long, value_name = "WHAT")]
    missing: Option<StandIn>,

    /// Give the guest a variable of an environment; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    env: Vec<(String, String)>,

    /// Give the guest an argument, the first of which is the program's name by custom; may be
    /// repeated; without, there is one: the file's name without its ending
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    arg: Vec<String>,

    /// Let the guest read standard input
    #[arg(long)]
    stdin: bool,

    /// Let the guest reach a directory, under a path of its own; may be repeated. The first is `/`
    /// as well, where relative paths begin
    #[arg(long, value_name = "HOST::GUEST[:ro]", value_parser = directory)]
    dir: Vec<(PathBuf, String, Access)>,

    /// Make runs the same: randomness follows from this number, clocks from what the
    /// guest does
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// Make all calls so often, one round after the other
    #[arg(long, value_name = "TIMES", default_value = "1")]
    repeat: NonZeroU32,

    /// Print a JSON object a call, a line each, with what the guest wrote in it
    #[arg(long)]
    json: bool,
}

/// What a person says of a module.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Assumption {
    /// The linker has wrapped its exports as those of a command
    Wrapped,
    /// Its exports are as they were written
    Clean,
}

/// What stands in for a function that this host does not have.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum StandIn {
    /// A call of it ends the instance
    Trap,
    /// A call of it does nothing, and answers 0
    Zero,
}

const DETAILS: &str = "\
A CALL's name stands before the first `(`; one that holds a `(` itself, or begins with a quote or
an `@`, a `#` or a `-`, is written as a JSON string. In a file and on standard input each line is a CALL; empty
ones and those that begin with `#` are passed over. The arguments are WAVE: integers; floats, with `inf`, `-inf`, `nan`,
and `nan:0x1` for a payload; `true` and `false`, texts in quotes, lists `[1, 2]` and records
`{x: 1, y: 2.5}`, where a contract in the module says that the export takes them. For a pointer,
what lies there is written, and what the guest has made of it is printed after an arrow. Without a
contract there are numbers only; integers are signed or unsigned, and printed signed. What is
printed before the `=` is a CALL again.

With --json an object has `call`, `name`, `arguments` and `results` (in WAVE, as strings), `changed`
(what lies behind pointers and was changed, by parameter), `outcome` (`answer`, `panic`, `trap`,
`exit`, `timeout`, `cancelled`, `out-of-memory`, `stack-overflow`, `passing` for values that did not
get in or out, or `host`), `error` (null after an answer), `microseconds`, and `stdout` and `stderr`: each `text`, and
how many bytes were `dropped` after the first MiB. What `_initialize` wrote stands with the first
call; where that failed, it has an object of its own, whose `name` is `_initialize`.

Exit status: 0 where every call was answered; 1 where the file is no reactor, or a call failed: the
guest panicked, trapped or exited, with status 0 too, or took too long; 2 where the command line is
wrong, or a CALL is not well formed or does not fit the exports; 130 and 143 after SIGINT and
SIGTERM.";

const EXAMPLE: &str = "\
Example:
  $ polyreactor run counter.wasm 'inc(1)' 'inc(21)'
  inc(1) = 21
  inc(21) = 42";

pub(crate) fn run(opts: Opts) -> Result<()> {
    let cancellation = signals::watch().context("signals can't be watched for")?;
    let sources = source::calls(&opts.calls, opts.stdin)?;
    let calls = every(&sources, &sources, |source| {
        Call::parse(&source.text).map_err(|fault| Unfit::Arguments(vec![fault]))
    })?;
    let (engine, bytes) = (load::engine(&opts)?, load::read(&opts)?);
    let checked = CheckedModule::of(&engine, &bytes, Some(&opts.file)).map_err(load::explained)?;
    load::note_stand_ins(&opts, checked.stand_ins());
    let calls = every(&sources, &calls, |call| Checked::new(call, &checked))?;
    let reactor = checked.compile()?;
    let printer = Printer::new(opts.json);
    let start = Instant::now();
    let made = reactor.instantiate(&printer.redirect(config(&opts)).cancellation(&cancellation));
    let mut instance = match made {
        Ok(instance) => instance,
        Err(error) => {
            printer.print_failed_start(&error, start.elapsed()).context("it can't be printed")?;
            return Err(report::not_made(&error))
                .with_context(|| format!("no call was made to `{}`", shown(&opts.file)));
        }
    };
    let total = calls.len() as u64 * u64::from(opts.repeat.get());
    let rounds = (0..opts.repeat.get()).flat_map(|_| &calls);
    for (number, call) in rounds.enumerate() {
        let start = Instant::now();
        let outcome = call.make(&mut instance);
        printer.print(call, &outcome, start.elapsed()).context("a result can't be printed")?;
        outcome.map_err(|error| unanswered(call, &error, total - number as u64 - 1))?;
    }
    Ok(())
}

fn config(opts: &Opts) -> InstanceConfig {
    let mut config = InstanceConfig::new().no_timeout().memory(opts.memory);
    if let Some(timeout) = opts.timeout {
        config = config.timeout(timeout).init_timeout(timeout);
    }
    if opts.stdin {
        config = config.stdin(Input::inherit());
    }
    if let Some(seed) = opts.seed {
        config = config.deterministic(seed);
    }
    config = opts.arg.iter().fold(config, |config, arg| config.arg(arg));
    config = opts.env.iter().fold(config, |config, (name, value)| config.env(name, value));
    let directories = opts.dir.iter();
    directories.fold(config, |config, (host, guest, access)| config.directory(host, guest, *access))
}

/// Reads `NAME=VALUE`.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("it is written `NAME=VALUE`".to_owned()),
    }
}

/// Reads `HOST::GUEST`, or `HOST::GUEST:ro`.
fn directory(text: &str) -> Result<(PathBuf, String, Access), String> {
    let (text, access) = match text.strip_suffix(":ro") {
        Some(text) => (text, Access::ReadOnly),
        None => (text, Access::ReadWrite),
    };
    match text.split_once("::") {
        // A slip of the pen must not grant more than was meant.
        Some((_, guest)) if guest.contains(':') => {
            Err("behind the guest's path there may stand `:ro`, and nothing else".to_owned())
        }
        Some((host, guest)) if !host.is_empty() && !guest.is_empty() => {
            Ok((host.into(), guest.to_owned(), access))
        }
        _ => Err("it is written `HOST::GUEST` or `HOST::GUEST:ro`".to_owned()),
    }
}

/// Takes one step for every CALL; where some of them fail, says so of each at once.
fn every<T, U>(
    sources: &[Source],
    items: &[T],
    step: impl Fn(&T) -> Result<U, Unfit>,
) -> Result<Vec<U>> {
    let mut done = Vec::new();
    let mut faults = Vec::new();
    for (source, item) in sources.iter().zip(items) {
        match step(item) {
            Ok(value) => done.push(value),
            Err(Unfit::Export(error)) => faults.push(format!("{source}: {error}")),
            Err(Unfit::Arguments(of_one)) => {
                faults.extend(of_one.iter().map(|fault| source.show(fault)));
            }
        }
    }
    if faults.is_empty() { Ok(done) } else { Err(Usage(faults.join("\nerror: ")).into()) }
}

fn shown(file: &Path) -> String {
    quote::escape(&file.to_string_lossy())
}
