//! `polyreactor parity`: compares implementations of a plugin, call by call.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use polyreactor_convention::PatchOptions;
use polyreactor_parity::report::{Report, html, json, junit, terminal};
use polyreactor_parity::{Artifact, Parity, Unusable};

use crate::fail::Usage;
use crate::{patched, signals, units};

mod progress;

/// Compare implementations of a plugin: the same calls on each, everything observable compared
///
/// TARGETS is the folder of a plugin, whose artifacts `cargo polyreactor build-guests` has written,
/// or two or more `.wasm` files. The suite `parity.toml` in the folder says what is called and what
/// may differ; without one, any sequence of calls is generated from the types of the exports. A
/// minimal sequence that shows a difference is printed, with the command that makes it again.
///
/// Compared are results, how a call ended (panic, trap, exit status, ...), output, calls of host
/// functions, and values behind pointers. Clocks and randomness are those of the seed. What differs
/// between two runs of one implementation, with other seeds and addresses, is reported apart.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
pub(crate) struct Opts {
    /// The folder of a plugin, or two or more `.wasm` files
    #[arg(required = true)]
    targets: Vec<PathBuf>,

    /// The suite: a file like `parity.toml`; by default the one in the plugin's folder
    #[arg(long, value_name = "FILE")]
    suite: Option<PathBuf>,

    /// Run this sequence only, such as `inc(1); div($1, 0)`; `$1` is the result of the first call
    #[arg(long, value_name = "CALLS")]
    replay: Option<String>,

    /// Compare the calls of a recording (`polyreactor run --record`) in place of the suite
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    from: Option<PathBuf>,

    /// Seed of everything that is generated [default: that of the suite, or 1]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// Number of sequences for each property [default: that of the suite, or 2000]
    #[arg(long, value_name = "NUMBER")]
    sequences: Option<u64>,

    /// Most calls of a sequence [default: that of the suite, or 50]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    calls: Option<u32>,

    /// Time limit of a call, such as `500ms` [default: that of the suite, or 2s]
    #[arg(long, value_parser = units::duration)]
    timeout: Option<Duration>,

    /// Compare the messages of panics and other failures too
    #[arg(long)]
    messages: bool,

    /// Compare across hosts too: the same calls in each of `polyreactor,node,wasmtime-py,wazero`
    ///
    /// The first 50 sequences of each property and the written cases are run in these hosts, and
    /// the results, ends and output of all implementations in all hosts are compared. `node` needs
    /// Node 20 or later on PATH; `wasmtime-py` a Python on PATH with the package `wasmtime`;
    /// `wazero` Go on PATH, which builds an adapter once. POLYREACTOR_HOST_NODE,
    /// POLYREACTOR_HOST_WASMTIME_PY and POLYREACTOR_HOST_WAZERO name another Node, another Python
    /// and a built adapter. A plugin that imports host functions is run in none of these.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    hosts: Vec<String>,

    /// Print the report as JSON; `polyreactor schema report` prints its schema
    #[arg(long)]
    json: bool,

    /// Write the report as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// Write the report as an HTML page, in one file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

const DETAILS: &str = "\
A sequence that differs is saved in `parity.failures` in the plugin's folder, and made again at the
beginning of the next run. `polyreactor schema` prints the JSON Schemas of the suite and of the
report.

Exit status: 0 if all implementations are equal and as the suite expects; 1 if they differ, or if a
module can't be loaded; 2 if the command line, the suite or the sequence to replay is faulty; 130
after SIGINT and 143 after SIGTERM, with a report of what was found so far.";

const EXAMPLE: &str = "\
Example:
  $ polyreactor parity examples/counter
  $ polyreactor parity examples/counter --hosts node,wazero
  $ polyreactor parity rust/counter.wasm zig/counter.wasm --replay 'inc(1); inc(2)'";

pub(crate) fn run(opts: Opts) -> Result<ExitCode> {
    let cancellation = signals::install().context("the signal handlers can't be installed")?;
    let parity = match &opts.targets[..] {
        [folder] if folder.is_dir() => Parity::of_plugin(folder)?,
        [file] => bail!(Usage(format!(
            "`{}` is one file, and a comparison needs two\nhelp: name another file, or the folder \
             of a plugin",
            file.display()
        ))),
        files => of_files(files)?,
    };
    let parity = match &opts.suite {
        Some(file) => parity.suite(file)?,
        None => parity,
    };
    let parity = parity.options(|options| {
        options.seed = opts.seed;
        options.sequences = opts.sequences;
        options.max_calls = opts.calls.map(|calls| calls as usize);
        options.timeout = opts.timeout;
        options.compares_messages = opts.messages.then_some(true);
        options.replay.clone_from(&opts.replay);
        options.recording.clone_from(&opts.from);
        options.hosts.clone_from(&opts.hosts);
        options.cancellation = cancellation.clone();
    });
    let mut progress = progress::Bar::new();
    let report = parity.run_with(&mut |step| progress.show(step));
    progress.clear();
    let report = report.map_err(|error| match error.downcast::<Unusable>() {
        Ok(unusable) => Usage(unusable.to_string()).into(),
        Err(other) => other,
    })?;
    print(&report, &opts)?;
    Ok(match signals::status() {
        Some(status) => ExitCode::from(status),
        None if report.is_equal() => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    })
}

/// A run over files, each labelled by the shortest part of its path that the others do not have.
fn of_files(files: &[PathBuf]) -> Result<Parity> {
    let artifacts = files.iter().zip(labels(files)).map(|(file, label)| {
        Ok(Artifact::new(
            label,
            patched::read(file, &PatchOptions::default())?.0,
            file.to_string_lossy(),
        ))
    });
    let name = files[0].file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Parity::new(name, artifacts.collect::<Result<_>>()?))
}

/// The names of the files without their extensions; for those that are equal, the folders in place
/// of them, and numbers where these are equal too.
fn labels(files: &[PathBuf]) -> Vec<String> {
    let text = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let stems: Vec<String> = files.iter().map(|file| text(file.file_stem())).collect();
    let folders = files.iter().zip(&stems).map(|(file, stem)| {
        let is_shared = stems.iter().filter(|other| *other == stem).count() > 1;
        let folder = text(file.parent().and_then(Path::file_name));
        if is_shared && !folder.is_empty() { folder } else { stem.clone() }
    });
    let folders: Vec<String> = folders.collect();
    let numbered = folders.iter().enumerate().map(|(at, label)| {
        let is_shared = folders.iter().filter(|other| *other == label).count() > 1;
        if is_shared { format!("{}-{}", stems[at], at + 1) } else { label.clone() }
    });
    numbered.collect()
}

fn print(report: &Report, opts: &Opts) -> Result<()> {
    let command = command(opts);
    let mut out = io::stdout().lock();
    let printed = match opts.json {
        true => writeln!(out, "{}", json::write(report)),
        false => {
            let options = terminal::TerminalOptions {
                width: progress::width(),
                color: out.is_terminal() && std::env::var_os("NO_COLOR").is_none(),
                replay_command: command.clone(),
            };
            terminal::write(report, &options, &mut out)
        }
    };
    printed.and_then(|()| out.flush()).context("standard output can't be written")?;
    if let Some(file) = &opts.html {
        write(file, &html::write(report, &command))?;
    }
    if let Some(file) = &opts.junit {
        write(file, &junit::write(report).context("the report can't be written as JUnit XML")?)?;
    }
    Ok(())
}

/// The command that compares the same targets under the same conditions, for a shell.
fn command(opts: &Opts) -> String {
    let plain = |text: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-=+:@%".contains(c);
        !text.is_empty() && text.chars().all(is_plain)
    };
    let word = |path: &Path| match path.to_string_lossy() {
        text if plain(&text) => text.into_owned(),
        text => format!("'{}'", text.replace('\'', r"'\''")),
    };
    let mut words = vec!["polyreactor parity".to_owned()];
    words.extend(opts.targets.iter().map(|target| word(target)));
    words.extend(opts.suite.iter().map(|file| format!("--suite {}", word(file))));
    words.extend(opts.seed.map(|seed| format!("--seed {seed}")));
    words.extend(opts.timeout.map(|limit| format!("--timeout {}ms", limit.as_millis())));
    words.extend(opts.messages.then(|| "--messages".to_owned()));
    if !opts.hosts.is_empty() {
        words.push(format!("--hosts {}", opts.hosts.join(",")));
    }
    words.join(" ")
}

/// Writes a file beside its place, then renames it.
fn write(file: &Path, text: &str) -> Result<()> {
    let unwritable = || format!("`{}` can't be written", file.display());
    let mut name = file.file_name().with_context(unwritable)?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = file.with_file_name(name);
    fs::write(&beside, text).with_context(unwritable)?;
    let renamed = fs::rename(&beside, file);
    if renamed.is_err() {
        let _ = fs::remove_file(&beside);
    }
    renamed.with_context(unwritable)
}
