//! Outcomes in foreign hosts as observations.
//!
//! Where a host can't tell two ends of a call apart, it is taken to agree with our own host: the
//! comparison shows only differences that are certain.

use std::io::Write as _;

use polyreactor_contract::{Outcome, Val};
use polyreactor_host::ErrorKind;

use super::values;
use crate::compare::observe::{Effects, End, Failure, Observation};
use crate::foreign::{ForeignEnd, ForeignOutcome, ForeignValue, TrapKind};
use crate::plugin::interface::Export;
use crate::run::streams::{Stream, Written};

/// The observation of a call, or of `_initialize` where there is none, in the host `host`. `native`
/// is that of our own host.
pub(super) fn observation(
    host: &str,
    outcome: ForeignOutcome,
    call: Option<(&Export, &[Val])>,
    native: &Observation,
    nan_is_one: bool,
) -> Observation {
    let ForeignOutcome { end, stdout, stderr, .. } = outcome;
    let effects = match (&end, &native.end) {
        // A killed host does not tell what the guest wrote before.
        (ForeignEnd::Timeout, End::Failed(failure)) if failure.kind == ErrorKind::Timeout => {
            native.effects.clone()
        }
        _ if stdout.is_empty() && stderr.is_empty() => None,
        _ => {
            let (stdout, stderr) = (written(&stdout), written(&stderr));
            Some(Box::new(Effects { stdout, stderr, ..Effects::default() }))
        }
    };
    let end = match end {
        ForeignEnd::Returned { value, pointers } => match returned(value, &pointers, call) {
            Ok(outcome) => End::of(Ok(outcome), nan_is_one),
            Err(words) => failed(host, ForeignEnd::Passing { words }, native),
        },
        end => failed(host, end, native),
    };
    Observation { end, effects }
}

fn written(bytes: &[u8]) -> Written {
    let mut stream = Stream::default();
    // A write into memory, which does not fail.
    let _ = stream.write_all(bytes);
    stream.take().unwrap_or_default()
}

fn returned(
    value: Option<ForeignValue>,
    pointers: &[ForeignValue],
    call: Option<(&Export, &[Val])>,
) -> Result<Outcome, String> {
    let Some((export, arguments)) = call else { return Ok(Outcome::default()) };
    let results = value.iter().zip(export.signature.result());
    let results = results.map(|(value, ty)| values::lifted(value, ty)).collect::<Result<_, _>>()?;
    let changed = values::changed(&export.signature, arguments, pointers)?;
    Ok(Outcome { results, changed })
}

/// The end of a call that failed.
fn failed(host: &str, end: ForeignEnd, native: &Observation) -> End {
    let native = match &native.end {
        End::Failed(failure) => Some(&**failure),
        End::Returned(_) => None,
    };
    let (kind, detail, message) = match end {
        ForeignEnd::Panic { message } => (ErrorKind::Panic, String::new(), message),
        ForeignEnd::Trap { kinds, words } => trap(host, &kinds, words, native),
        ForeignEnd::Exit { status } => (ErrorKind::Exit, status.to_string(), String::new()),
        ForeignEnd::StackOverflow => (ErrorKind::StackOverflow, String::new(), String::new()),
        ForeignEnd::OutOfMemory { .. } => (ErrorKind::OutOfMemory, String::new(), String::new()),
        ForeignEnd::Timeout => (ErrorKind::Timeout, String::new(), String::new()),
        ForeignEnd::MissingImport { import } => (ErrorKind::MissingImport, String::new(), import),
        ForeignEnd::NoSuchExport => (ErrorKind::NoSuchExport, String::new(), String::new()),
        ForeignEnd::TypeMismatch { words } => (ErrorKind::TypeMismatch, String::new(), words),
        ForeignEnd::Passing { words } => (ErrorKind::Passing, String::new(), words),
        // A call that returned has been told apart before.
        ForeignEnd::Returned { .. } => (ErrorKind::Host, String::new(), String::new()),
        ForeignEnd::Host { words } => (ErrorKind::Host, String::new(), words),
    };
    // Only panics have words of the guest; the others are the engine's, and differ by engine.
    let same = native.filter(|own| own.kind == kind && own.detail == detail);
    let message = match same {
        Some(own) if kind != ErrorKind::Panic => own.message.clone(),
        _ => message,
    };
    End::Failed(Box::new(Failure { kind, detail, message, is_fatal: true }))
}

fn trap(
    host: &str,
    kinds: &[TrapKind],
    words: String,
    native: Option<&Failure>,
) -> (ErrorKind, String, String) {
    let is_among = |own: &&Failure| match own.kind {
        ErrorKind::Trap => kinds.iter().any(|kind| kind.as_str() == own.detail),
        // Where the stack in linear memory overflows, only the address of the fault shows it, and
        // these two do not tell the address.
        ErrorKind::StackOverflow => {
            ["node", "wazero"].contains(&host) && kinds.contains(&TrapKind::MemoryOutOfBounds)
        }
        _ => false,
    };
    match (native.filter(is_among), kinds) {
        (Some(own), _) => (own.kind, own.detail.clone(), words),
        (None, [kind, ..]) => (ErrorKind::Trap, kind.as_str().to_owned(), words),
        (None, []) => (ErrorKind::Trap, words.clone(), words),
    }
}
