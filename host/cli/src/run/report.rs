//! Output of `run`: results as lines or as JSON, and the messages of failed calls.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::anyhow;
use polyreactor_contract::{Outcome, Val, quote};
use polyreactor_host::{
    CallError, Capture, Error, InstanceConfig, InstantiateError, Output, Stack, Trap,
};
use serde_json::json;

use crate::call::Checked;
use crate::signals;

/// Prints outcomes: as lines between the guest's own output, or as JSON objects that contain it.
pub(super) enum Printer {
    Lines,
    Json { stdout: Capture, stderr: Capture },
}

/// How much of each output stream of the guest is kept per call.
const MOST_BYTES: usize = 1 << 20;

impl Printer {
    pub(super) fn new(json: bool) -> Self {
        if json {
            Printer::Json { stdout: Capture::new(MOST_BYTES), stderr: Capture::new(MOST_BYTES) }
        } else {
            Printer::Lines
        }
    }

    /// Passes the guest's output on, or captures it for the JSON objects.
    pub(super) fn redirect(&self, config: InstanceConfig) -> InstanceConfig {
        match self {
            Printer::Lines => config.inherit_output(),
            Printer::Json { stdout, stderr } => {
                config.stdout(Output::capture(stdout)).stderr(Output::capture(stderr))
            }
        }
    }

    /// Prints and flushes an outcome, so that its line keeps its place between the guest's lines. A
    /// failure is printed as an object with `--json`; otherwise the caller reports it on standard
    /// error only.
    pub(super) fn print(
        &self,
        call: &Checked,
        outcome: &Result<Outcome, CallError>,
        took: Duration,
    ) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match (self, outcome) {
            (Printer::Json { stdout, stderr }, outcome) => {
                let arguments = call.arguments.iter().map(Val::to_string).collect();
                let call = (call.text().to_string(), call.name.as_str(), arguments);
                let failed = outcome.as_ref().map_err(|error| Error::from(error.clone()));
                let object = object(call, failed.as_ref().map(|it| *it), took, [stdout, stderr]);
                writeln!(out, "{}", quote::json(&object.to_string()))?;
            }
            (Printer::Lines, Err(_)) => {}
            (Printer::Lines, Ok(returned)) => writeln!(out, "{}{returned}", call.text())?,
        }
        out.flush()
    }

    /// With `--json`, prints a failed instantiation as a call of `_initialize`, so that what the
    /// guest wrote is not lost.
    pub(super) fn print_no_instance(&self, error: &Error, took: Duration) -> io::Result<()> {
        let Printer::Json { stdout, stderr } = self else { return Ok(()) };
        let call = ("_initialize()".to_owned(), "_initialize", Vec::new());
        let object = object(call, Err(error), took, [stdout, stderr]);
        let mut out = io::stdout().lock();
        writeln!(out, "{}", quote::json(&object.to_string()))?;
        out.flush()
    }
}

/// The JSON object of a call, given as its CALL, name and arguments. Empties the captures.
fn object(
    (call, name, arguments): (String, &str, Vec<String>),
    outcome: Result<&Outcome, &Error>,
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
        "outcome": outcome.map_or_else(|error| error.kind().as_str(), |_| "answer"),
        "results": results.collect::<Vec<_>>(),
        "changed": changed.collect::<serde_json::Map<_, _>>(),
        "error": outcome.err().map(|error| format!("{:#}", naming_signal(error))),
        "microseconds": u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "stdout": stdout,
        "stderr": stderr,
    })
}

/// The message of a failed call: the cause, how many calls (`later`) were not made, and help.
pub(super) fn call_failed(call: &Checked, error: &CallError, later: u64) -> anyhow::Error {
    let why = if error.is_fatal() { "the instance is poisoned, so " } else { "" };
    let rest = match later {
        0 => String::new(),
        1 => format!("\nnote: {why}the remaining call was not made"),
        _ => format!("\nnote: {why}the remaining {later} calls were not made"),
    };
    let help = help(error).map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let error = Error::from(error.clone());
    let call = quote::excerpt(&call.text().to_string());
    anyhow!("`{call}` failed: {:#}{rest}{help}", naming_signal(&error))
}

/// The message of a failed instantiation: the cause, and help.
pub(super) fn no_instance(error: &Error) -> anyhow::Error {
    let help = match error {
        Error::Instantiate(InstantiateError::InitFailed { cause, .. }) => help(cause),
        Error::Instantiate(InstantiateError::OutOfMemory { .. }) => Some(MORE_MEMORY),
        _ => None,
    };
    let help = help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    anyhow!("{:#}{help}", naming_signal(error))
}

/// The error; where a signal cancelled the call, one that names the signal.
fn naming_signal(error: &Error) -> anyhow::Error {
    match (error, signals::name()) {
        (Error::Call(CallError::Cancelled { last_lines }), Some(signal)) => {
            anyhow!("{signal} ended the call{last_lines}")
        }
        (Error::Instantiate(InstantiateError::InitFailed { cause, .. }), Some(signal)) => {
            match &**cause {
                CallError::Cancelled { last_lines } => {
                    anyhow!("{signal} ended `_initialize`{last_lines}")
                }
                _ => error.clone().into(),
            }
        }
        _ => error.clone().into(),
    }
}

const MORE_MEMORY: &str = "raise the limit with `--memory`";

fn help(error: &CallError) -> Option<&'static str> {
    match error {
        CallError::Timeout { .. } => {
            Some("raise the limit with `--timeout`, or leave the option out")
        }
        CallError::OutOfMemory { .. } | CallError::NoMemory { .. } => Some(MORE_MEMORY),
        CallError::StackOverflow { stack: Stack::Wasm { .. }, .. } => {
            Some("raise the limit with `--stack`")
        }
        CallError::Panic { cause, .. } => help(cause),
        CallError::Trap(trap) if has_names_only(trap) => {
            Some("build the plugin with `--debug` to see the file and line of each function")
        }
        _ => None,
    }
}

/// Whether the trap's frames have function names, but no source files: the module has a name
/// section and no DWARF.
fn has_names_only(trap: &Trap) -> bool {
    let has_name = trap.frames.iter().any(|frame| !frame.function.starts_with("function "));
    has_name && trap.frames.iter().all(|frame| frame.file.is_none())
}
