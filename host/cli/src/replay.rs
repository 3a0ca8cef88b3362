//! `polyreactor replay`: makes the calls of a recording on another implementation.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use polyreactor_contract::quote;
use polyreactor_convention::PatchOptions;
use polyreactor_parity::Artifact;
use polyreactor_parity::record::{Recording, play};
use polyreactor_terminal::print_stderr;

use crate::{patched, signals};

/// Make the calls of a recording on another implementation, and stop at the first difference
///
/// The recording is one that `polyreactor run --record` or an application has written. The calls are
/// made in the recorded world: the same seed, start of the clocks, arguments and environment, and
/// host functions answer as recorded. Compared are host calls with their arguments, outcomes and
/// output. Standard error is not compared after a call that failed.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Opts {
    /// The recording
    recording: PathBuf,

    /// The `.wasm` file of the implementation
    file: PathBuf,
}

const EXAMPLE: &str = "\
Exit status: 0 if every call is as recorded; 1 if one differs, or if a file can't be used; 2 if the
command line is wrong.

Example:
  $ polyreactor run rust/counter.wasm 'inc(1)' 'inc(21)' --record counter.recording
  $ polyreactor replay counter.recording go/counter.wasm";

/// A number of calls, in words.
fn calls(number: usize) -> String {
    if number == 1 { "1 call".to_owned() } else { format!("{number} calls") }
}

pub(crate) fn run(opts: &Opts) -> Result<ExitCode> {
    let cancellation = signals::install().context("the signal handlers can't be installed")?;
    let name = quote::escape(&opts.recording.to_string_lossy());
    let file = File::open(&opts.recording).with_context(|| format!("`{name}` can't be read"))?;
    let recording = Recording::read(file).with_context(|| format!("`{name}`"))?;
    if let Some(line) = recording.cut_at_line {
        print_stderr!("note: `{name}` is cut in line {line}; the calls before it are made");
    }
    let label = recording.world.plugin.clone();
    let artifact = Artifact::new(
        label,
        patched::read(&opts.file, &PatchOptions::default())?.0,
        opts.file.to_string_lossy(),
    );
    let played = play(&recording, &artifact, &cancellation)?;
    if let Some(signal) = signals::name() {
        bail!("{signal} ended the replay after {}", calls(played.calls));
    }
    let mut out = io::stdout().lock();
    let Some(divergence) = played.divergence else {
        if let Some(call) = played.stopped_before {
            writeln!(
                out,
                "{}, all as recorded; then a time limit or a signal ended `{call}` when it was \
                 recorded, which can't be made again",
                calls(played.calls)
            )?;
            return Ok(ExitCode::FAILURE);
        }
        writeln!(out, "{}, all as recorded", calls(played.calls))?;
        return Ok(ExitCode::SUCCESS);
    };
    writeln!(out, "{divergence}")?;
    Ok(ExitCode::FAILURE)
}
