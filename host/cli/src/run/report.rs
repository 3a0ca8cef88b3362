//! What `run` says of a call: its results for people or as JSON, or why there are none.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::anyhow;
use polyreactor_contract::{Returned, Val, quote};
use polyreactor_host::{Capture, Error, InstanceConfig, Output, Stack, Trap};
use serde_json::json;

use crate::call::Checked;
use crate::signals;

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
        outcome: &Result<Returned, Error>,
        took: Duration,
    ) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match (self, outcome) {
            (Printer::Json { stdout, stderr }, outcome) => {
                let arguments = call.arguments.iter().map(Val::to_string).collect();
                let call = (call.text().to_string(), call.name.as_str(), arguments);
                let object = object(call, outcome.as_ref(), took, [stdout, stderr]);
                writeln!(out, "{}", quote::json(&object.to_string()))?;
            }
            (Printer::Lines, Err(_)) => {}
            (Printer::Lines, Ok(returned)) => writeln!(out, "{}{returned}", call.text())?,
        }
        out.flush()
    }

    /// As JSON, `_initialize` is told of as a call, so that what the guest wrote is not lost.
    pub(super) fn print_failed_start(&self, error: &Error, took: Duration) -> io::Result<()> {
        let Printer::Json { stdout, stderr } = self else { return Ok(()) };
        let call = ("_initialize()".to_owned(), "_initialize", Vec::new());
        let object = object(call, Err(error), took, [stdout, stderr]);
        let mut out = io::stdout().lock();
        writeln!(out, "{}", quote::json(&object.to_string()))?;
        out.flush()
    }
}

/// A call, its name and its arguments; what came of it.
fn object(
    (call, name, arguments): (String, &str, Vec<String>),
    outcome: Result<&Returned, &Error>,
    took: Duration,
    streams: [&Capture; 2],
) -> serde_json::Value {
    let [stdout, stderr] = streams.map(|stream| {
        let captured = stream.take();
        json!({ "text": captured.text(), "dropped": captured.dropped })
    });
    let returned = outcome.ok();
    let results = returned.into_iter().flat_map(|returned| &returned.results);
    let results = results.map(Val::to_string);
    let changed = returned.into_iter().flat_map(|returned| &returned.changed);
    let changed = changed.map(|(name, value)| (name.clone(), json!(value.to_string())));
    json!({
        "call": call,
        "name": name,
        "arguments": arguments,
        "outcome": outcome.map_or_else(kind, |_| "answer"),
        "results": results.collect::<Vec<_>>(),
        "changed": changed.collect::<serde_json::Map<_, _>>(),
        "error": outcome.err().map(|error| ended(error).to_string()),
        "microseconds": u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "stdout": stdout,
        "stderr": stderr,
    })
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::InitFailed { cause, .. } => kind(cause),
        Error::Panic { .. } => "panic",
        Error::Trap(_) => "trap",
        Error::Exit { .. } => "exit",
        Error::Timeout { .. } => "timeout",
        Error::Cancelled => "cancelled",
        Error::OutOfMemory { .. } => "out-of-memory",
        Error::StackOverflow { .. } => "stack-overflow",
        Error::NoAllocator | Error::NoMemory { .. } | Error::BadResult { .. } => "passing",
        // Whether the calls fit was looked at before any was made.
        _ => "host",
    }
}

/// What happened, in which call, what it means for the others, and what can be done.
pub(super) fn unanswered(call: &Checked, error: &Error, later: u64) -> anyhow::Error {
    let why = if kind(error) == "passing" { "" } else { "the instance ended with it, so " };
    let rest = match later {
        0 => String::new(),
        1 => format!("\nnote: {why}the last call was not made"),
        _ => format!("\nnote: {why}the last {later} calls were not made"),
    };
    let help = help(error).map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let call = quote::excerpt(&call.text().to_string());
    anyhow!("`{call}` has no answer: {}{rest}{help}", ended(error))
}

/// Why there is no instance, and what can be done.
pub(super) fn not_made(error: &Error) -> anyhow::Error {
    let help = help(error).map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    anyhow!("{}{help}", ended(error))
}

/// Why it ended, and by which signal where that was it.
fn ended(error: &Error) -> anyhow::Error {
    match (error, signals::name()) {
        (Error::Cancelled, Some(signal)) => anyhow!("{signal} ended it"),
        (Error::InitFailed { cause, .. }, Some(signal)) if matches!(**cause, Error::Cancelled) => {
            anyhow!("{signal} ended `_initialize`")
        }
        _ => error.clone().into(),
    }
}

fn help(error: &Error) -> Option<&'static str> {
    match error {
        Error::Timeout { .. } => Some("give it longer with `--timeout`, or leave that out"),
        Error::OutOfMemory { .. } | Error::NoMemory { .. } => Some("give it more with `--memory`"),
        Error::StackOverflow { stack: Stack::Wasm { .. }, .. } => {
            Some("give it more with `--stack`")
        }
        Error::InitFailed { cause, .. } => help(cause),
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
