//! What `run` says of a call: its results for people or as JSON, or why there are none.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::anyhow;
use polyreactor_host::{Capture, Error, InstanceConfig, Output, Trap, Value};
use serde_json::json;

use crate::call::{Checked, Tuple};
use crate::{quote, signals};

/// Prints outcomes: as lines among the guest's own, or as objects that hold what it wrote.
pub(super) enum Printer {
    Lines,
    Json { stdout: Capture, stderr: Capture },
}

/// What is kept of each of a guest's streams for one call.
const MOST_BYTES: usize = 1 << 20;

impl Printer {
    pub(super) fn new(json: bool) -> Self {
        if json {
            Printer::Json { stdout: Capture::new(MOST_BYTES), stderr: Capture::new(MOST_BYTES) }
        } else {
            Printer::Lines
        }
    }

    /// Has the guest's output go where it belongs.
    pub(super) fn redirect(&self, config: InstanceConfig) -> InstanceConfig {
        match self {
            Printer::Lines => config.inherit_output(),
            Printer::Json { stdout, stderr } => {
                config.stdout(Output::capture(stdout)).stderr(Output::capture(stderr))
            }
        }
    }

    /// Prints at once, so that it stands where it belongs among what the guest prints. A failure
    /// is an object like any other, but no line: it is told on standard error.
    pub(super) fn print(
        &self,
        call: &Checked,
        outcome: &Result<Vec<Value>, Error>,
        took: Duration,
    ) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match (self, outcome) {
            (Printer::Json { stdout, stderr }, outcome) => {
                let object = object(call, outcome, took, [stdout, stderr]);
                writeln!(out, "{}", quote::json(&object.to_string()))?;
            }
            (Printer::Lines, Err(_)) => {}
            (Printer::Lines, Ok(results)) => match &results[..] {
                [] => writeln!(out, "{call}")?,
                [one] => writeln!(out, "{call} = {one}")?,
                several => writeln!(out, "{call} = {}", Tuple(several))?,
            },
        }
        out.flush()
    }
}

fn object(
    call: &Checked,
    outcome: &Result<Vec<Value>, Error>,
    took: Duration,
    streams: [&Capture; 2],
) -> serde_json::Value {
    let values = |values: &[Value]| values.iter().map(Value::to_string).collect::<Vec<_>>();
    let [stdout, stderr] = streams.map(|stream| {
        let captured = stream.take();
        json!({ "text": captured.text(), "dropped": captured.dropped })
    });
    json!({
        "call": call.to_string(),
        "name": call.name,
        "arguments": values(&call.values),
        "outcome": outcome.as_ref().map_or_else(kind, |_| "answer"),
        "results": outcome.as_ref().map_or_else(|_| Vec::new(), |results| values(results)),
        "error": outcome.as_ref().err().map(|error| ended(error).to_string()),
        "microseconds": u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "stdout": stdout,
        "stderr": stderr,
    })
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Panic { .. } => "panic",
        Error::Trap(_) => "trap",
        Error::Exit(_) => "exit",
        Error::Timeout { .. } => "timeout",
        Error::Cancelled => "cancelled",
        Error::OutOfMemory { .. } => "out-of-memory",
        Error::StackOverflow { .. } => "stack-overflow",
        // Whether the calls fit was looked at before any was made.
        _ => "host",
    }
}

/// What happened, in which call, what it means for the others, and what can be done.
pub(super) fn unanswered(call: &Checked, error: &Error, later: u64) -> anyhow::Error {
    let rest = match later {
        0 => String::new(),
        1 => "\nnote: the instance ended with it, so the last call was not made".to_owned(),
        _ => format!("\nnote: the instance ended with it, so the last {later} calls were not made"),
    };
    let help = help(error).map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    anyhow!("`{call}` has no answer: {}{rest}{help}", ended(error))
}

/// Why it ended, and by which signal where that was it.
pub(super) fn ended(error: &Error) -> anyhow::Error {
    match (error, signals::name()) {
        (Error::Cancelled, Some(signal)) => anyhow!("{signal} ended it"),
        (Error::InitFailed { cause }, Some(signal)) if matches!(**cause, Error::Cancelled) => {
            anyhow!("{signal} ended `_initialize`")
        }
        _ => error.clone().into(),
    }
}

fn help(error: &Error) -> Option<&'static str> {
    match error {
        Error::Timeout { .. } => Some("give it longer with `--timeout`, or leave that out"),
        Error::OutOfMemory { .. } => Some("give it more with `--memory`"),
        Error::Panic { cause, .. } => help(cause),
        Error::Trap(trap) if has_names_only(trap) => {
            Some("a module built with `--debug` says in which file and line that was")
        }
        _ => None,
    }
}

/// Whether the compiler said which functions there are, but nothing about the source.
fn has_names_only(trap: &Trap) -> bool {
    let has_name = trap.frames.iter().any(|frame| !frame.function.starts_with("function "));
    has_name && trap.frames.iter().all(|frame| frame.file.is_none())
}
