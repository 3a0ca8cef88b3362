//! `polyreactor run`: makes calls, in order, on one live instance of a reactor.

use std::fs::File;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::ValueEnum;
use polyreactor_contract::{Call, Outcome, quote};
use polyreactor_host::{Access, CallError, CheckedModule, Error, Input, Instance, InstanceConfig};
use polyreactor_parity::record::Recorded;

use crate::call::{Checked, Rejected};
use crate::fail::Usage;
use crate::{signals, units};

mod load;
mod record;
mod report;
mod source;

use report::{Printer, call_failed};
use source::Source;

/// Call exports of a reactor, one after the other, on one live instance
///
/// Each call is printed with its results, as `inc(1) = 21`; a call without results is printed
/// alone. The guest's standard output and standard error are passed on. By default the guest has no
/// directory, no environment variable, no standard input, and one argument, the file's name without
/// its extension; clocks and randomness are those of the machine. All CALLs are checked against the
/// exports before the first one is made. After a call that fails, no further call is made.
///
/// A module that needs `cargo polyreactor patch` (its linker wrapped the exports as those of a
/// command, or `_initialize` is missing) is patched in memory, and a note on standard error lists
/// the changes. The file itself is not modified.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
pub(crate) struct Opts {
    /// The `.wasm` file that a compiler or `build-guests` wrote
    file: PathBuf,

    /// Calls such as `inc(1)`: the name of an export, then its arguments in parentheses. `-` reads
    /// CALLs from standard input, and `@FILE` from a file, one per line
    #[arg(required = true, value_name = "CALL")]
    calls: Vec<String>,

    /// State whether the linker wrapped the exports as those of a command, where the module's bytes
    /// do not decide it (R003)
    ///
    /// A wrong statement changes what the calls compute. A statement that the bytes contradict is
    /// refused. `cargo polyreactor check --explain R003` explains what wrapping is.
    #[arg(long, value_name = "WHAT")]
    assume: Option<Assumption>,

    /// Time limit of `_initialize` and of each call: `500ms`, `2s`, `1min`, `1h`; by default there
    /// is none
    #[arg(long, value_parser = units::duration)]
    timeout: Option<Duration>,

    /// Maximum size of the guest's memory, such as `64MiB`; the guest's allocations beyond it fail
    #[arg(long, value_name = "SIZE", value_parser = units::size, default_value = "256MiB")]
    memory: u64,

    /// Maximum Wasm stack of a call, such as `8MiB`; a deeper recursion fails
    #[arg(long, value_name = "SIZE", value_parser = units::stack, default_value = "512KiB")]
    stack: usize,

    /// Run a module that imports functions which this host does not have; by default the module is
    /// refused
    ///
    /// An import that is no function, or that this host has with another type, is refused in any
    /// case.
    #[arg(long, value_name = "WHAT")]
    missing: Option<StandIn>,

    /// Set an environment variable of the guest, which has none by default; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    env: Vec<(String, String)>,

    /// Add an argument of the guest; may be repeated. By convention the first one is the program's
    /// name; by default there is one argument, the file's name without its extension
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    arg: Vec<String>,

    /// Let the guest read this program's standard input; by default the guest's standard input is
    /// empty
    #[arg(long)]
    stdin: bool,

    /// Give the guest the directory HOST under the path GUEST; `:ro` makes it read-only; may be
    /// repeated. The first one is also `/`, where relative paths begin
    ///
    /// Without `:ro` the guest can create, change and remove files. Nothing outside of the
    /// directory can be reached through it: not by `..`, an absolute path or a symbolic link. Pipes
    /// and devices can't be opened. If the path GUEST of another directory is `/`, or is the value
    /// of `--env PWD=GUEST`, that directory is `/` in place of the first one.
    #[arg(long, value_name = "HOST::GUEST[:ro]", value_parser = directory)]
    dir: Vec<(PathBuf, String, Access)>,

    /// Seed for `random_get` and a virtual clock: two runs with the same input are identical
    ///
    /// The virtual clock starts at the beginning of the year 2000, and advances only when the guest
    /// reads it (by 1 µs) or sleeps, which takes no real time. `--timeout` measures real time.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// How often the whole list of CALLs is made, all on the same instance
    #[arg(long, value_name = "TIMES", default_value = "1")]
    repeat: NonZeroU32,

    /// Record the calls and their outcomes in FILE, for `polyreactor replay`
    ///
    /// Clocks are virtual and begin at the present time, and randomness is seeded, as with `--seed`:
    /// only so can the calls be made again. A recording holds no files and no standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "stdin", "dir"])]
    record: Option<PathBuf>,

    /// Print one JSON object per call, with the guest's output in it; see `--help` for its keys
    #[arg(long)]
    json: bool,
}

/// What the user states about the exports of a module.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Assumption {
    /// The linker wrapped the exports as those of a command
    Wrapped,
    /// The exports are the author's functions, unwrapped
    Clean,
}

/// What a call of a function does that this host does not have.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum StandIn {
    /// A call of a missing function fails and poisons the instance
    Trap,
    /// A call of a missing function does nothing and returns 0; the guest does not notice, and may
    /// compute wrong results
    Zero,
}

const DETAILS: &str = "\
The name in a CALL ends at the first `(`. A name that is empty, contains a `(`, or begins with a
quote, a blank, `@`, `#` or `-` is written as a JSON string. In a file and on standard input, empty
lines and lines that begin with `#` are skipped. Arguments are written in WAVE, the text format for
values of the component model:
  integer, float      1, -2.5, inf, -inf, nan; nan:0x1 is a NaN with a payload
  bool, string        true, \"text\"
  list, record        [1, 2], {x: 1, y: 2.5}
  ptr<T>              a value of T; if the call changes it, the new value is printed after an arrow:
                      scale({x: 1, y: 2.5}, 2) → p = {x: 2, y: 5}
Without a contract in the module, only numbers can be passed; integers are accepted signed and
unsigned, and printed signed. In the output, the text before the first ` = ` or ` → ` that follows
the closing parenthesis is a valid CALL.

With --json each call prints one object, on a line of its own:
  call, name      the CALL, and the name of the export
  arguments       [\"1\", …], in WAVE
  results         [\"21\", …], in WAVE
  changed         {parameter: value}: values behind pointers that the call changed, in WAVE
  outcome         \"answer\" after success, else how the call failed: \"panic\", \"trap\", \"exit\",
                  \"timeout\", \"cancelled\" (by a signal), \"out-of-memory\", \"stack-overflow\",
                  \"missing-import\", \"passing\" (a value could not be lowered into the guest or
                  lifted out of it), \"directory\" (a --dir can't be given to the guest), or
                  \"host\" (the host failed)
  error           the message of the failure; null after success
  microseconds    how long the call took
  stdout, stderr  {text, dropped}: what the guest wrote, its first MiB as text, and the number of
                  bytes that came after it
The output of `_initialize` is part of the first call's object. If instantiation failed, the only
object has the name `_initialize`.

Exit status: 0 if every call returned; 1 if the module can't be loaded (it is no reactor, or an
import is missing), if `_initialize` or a call failed (the guest panicked, trapped, exited, with
status 0 too, or took too long), or if a file or a directory can't be opened; 2 if the command line
is wrong, or if a CALL is malformed or does not fit the exports; 130 after SIGINT and 143 after
SIGTERM.";

const EXAMPLE: &str = "\
Example:
  $ polyreactor run counter.wasm 'inc(1)' 'inc(21)'
  inc(1) = 21
  inc(21) = 42";

pub(crate) fn run(opts: Opts) -> Result<()> {
    let cancellation = signals::install().context("the signal handlers can't be installed")?;
    let sources = source::calls(&opts.calls, opts.stdin)?;
    let calls = try_each(&sources, &sources, |source| {
        Call::parse(&source.text).map_err(|fault| Rejected::Arguments(vec![fault]))
    })?;
    let (engine, bytes) = (load::engine(&opts)?, load::read_and_patch(&opts)?);
    let checked = CheckedModule::from_bytes_of(bytes, &opts.file).map_err(load::with_help)?;
    let linker = load::linker(&engine, &opts);
    load::note_missing(&opts, &linker.check(&checked).map_err(load::with_help)?);
    let calls = try_each(&sources, &calls, |call| Checked::new(call, &checked))?;
    let linked = linker.link(&checked.compile(&engine)?)?;
    let printer = Printer::new(opts.json);
    let start = Instant::now();
    let config = config(&opts).cancellation(&cancellation);
    let made = match &opts.record {
        None => {
            linked.instantiate(&printer.redirect(config)).map(Target::Plain).map_err(Error::from)
        }
        Some(file) => record::start(&opts, file, &linked, config)?.map(Target::Recorded),
    };
    let mut target = match made {
        Ok(target) => target,
        Err(error) => {
            printer.print_no_instance(&error, start.elapsed()).context(UNPRINTED)?;
            return Err(report::no_instance(&error))
                .with_context(|| format!("no call was made to `{}`", shown(&opts.file)));
        }
    };
    let total = calls.len() as u64 * u64::from(opts.repeat.get());
    let rounds = (0..opts.repeat.get()).flat_map(|_| &calls);
    for (number, call) in rounds.enumerate() {
        let start = Instant::now();
        let outcome = target.call(call)?;
        printer.print(call, &outcome, start.elapsed()).context(UNPRINTED)?;
        outcome.map_err(|error| call_failed(call, &error, total - number as u64 - 1))?;
    }
    Ok(())
}

/// The instance that calls are made on.
enum Target {
    Plain(Instance),
    Recorded(Recorded<File>),
}

impl Target {
    /// Makes a call. The outer error is that of writing the recording.
    fn call(&mut self, call: &Checked) -> Result<Result<Outcome, CallError>> {
        match self {
            Target::Plain(instance) => Ok(call.make(instance)),
            Target::Recorded(recorded) => recorded.try_call(&call.name, &call.arguments),
        }
    }
}

const UNPRINTED: &str = "standard output can't be written";

fn config(opts: &Opts) -> InstanceConfig {
    let mut config = InstanceConfig::new().no_timeout().max_memory_bytes(opts.memory);
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

/// Parses `NAME=VALUE`.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write `NAME=VALUE`".to_owned()),
    }
}

/// Parses `HOST::GUEST` or `HOST::GUEST:ro`.
fn directory(text: &str) -> Result<(PathBuf, String, Access), String> {
    let (text, access) = match text.strip_suffix(":ro") {
        Some(text) => (text, Access::ReadOnly),
        None => (text, Access::ReadWrite),
    };
    match text.split_once("::") {
        // A misspelt `:ro` must not grant write access.
        Some((_, guest)) if guest.contains(':') => {
            Err("only `:ro` may follow the guest's path, which can't contain a `:`".to_owned())
        }
        Some((host, guest)) if !host.is_empty() && !guest.is_empty() => {
            Ok((host.into(), guest.to_owned(), access))
        }
        _ => Err("write `HOST::GUEST` or `HOST::GUEST:ro`".to_owned()),
    }
}

/// Takes one step for each CALL. Where some steps fail, the error lists the faults of all.
fn try_each<T, U>(
    sources: &[Source],
    items: &[T],
    step: impl Fn(&T) -> Result<U, Rejected>,
) -> Result<Vec<U>> {
    let mut done = Vec::new();
    let mut faults = Vec::new();
    for (source, item) in sources.iter().zip(items) {
        match step(item) {
            Ok(value) => done.push(value),
            Err(Rejected::Export(error)) => faults.push(format!("{source}: {error}")),
            Err(Rejected::Arguments(of_call)) => {
                faults.extend(of_call.iter().map(|fault| source.show(fault)));
            }
        }
    }
    if faults.is_empty() { Ok(done) } else { Err(Usage(faults.join("\nerror: ")).into()) }
}

fn shown(file: &Path) -> String {
    quote::escape(&file.to_string_lossy())
}
