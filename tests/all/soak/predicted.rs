//! The predicted outcome of a call, and its comparison with the real one.

use polyreactor_host::{CallError, Outcome, TrapKind, Val};
use polyreactor_tests::faults::inner;

/// The predicted outcome of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Predicted {
    /// This result.
    Result(Val),
    /// One result, of any value.
    AnyResult,
    /// An error before guest code runs, which leaves the instance usable.
    Refused(Refusal),
    /// An error that poisons the instance, in a call of the export of that name.
    End(End, &'static str),
}

/// Why the host refuses a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoSuchExport,
    Reserved,
    ArgumentMismatch,
}

/// Why an instance is poisoned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Panic(String),
    OutOfBounds,
    Exit(i32),
    Timeout,
    Cancelled,
    /// With this memory limit, in bytes.
    OutOfMemory(u64),
    StackOverflow,
    /// In Go either limit may be reached first, because Go's stack is in linear memory.
    StackOrMemory,
}

impl Predicted {
    /// Whether the outcome is the predicted one.
    pub(crate) fn is(&self, outcome: &Result<Outcome, CallError>) -> bool {
        match (self, outcome) {
            (Predicted::Result(value), Ok(outcome)) => {
                outcome.results == std::slice::from_ref(value)
            }
            (Predicted::AnyResult, Ok(outcome)) => outcome.results.len() == 1,
            (Predicted::Refused(Refusal::NoSuchExport), Err(CallError::NoSuchExport { .. }))
            | (Predicted::Refused(Refusal::Reserved), Err(CallError::Reserved { .. }))
            | (
                Predicted::Refused(Refusal::ArgumentMismatch),
                Err(CallError::ArgumentMismatch { .. }),
            ) => true,
            (Predicted::End(end, _), Err(error)) => end.is(inner(error)),
            _ => false,
        }
    }
}

impl End {
    fn is(&self, error: &CallError) -> bool {
        match (self, error) {
            (End::Panic(text), CallError::Panic { message, .. }) => message == text,
            (End::OutOfBounds, CallError::Trap(trap)) => trap.kind == TrapKind::MemoryOutOfBounds,
            (End::Exit(status), CallError::Exit { status: is, .. }) => status == is,
            (End::Timeout, CallError::Timeout { .. })
            | (End::Cancelled, CallError::Cancelled { .. }) => true,
            (End::OutOfMemory(bytes), CallError::OutOfMemory { limit, .. }) => bytes == limit,
            (End::StackOverflow | End::StackOrMemory, CallError::StackOverflow { .. })
            | (End::StackOrMemory, CallError::OutOfMemory { .. }) => true,
            _ => false,
        }
    }

    /// The entry of the tally.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            End::Panic(_) => "panics",
            End::OutOfBounds => "traps",
            End::Exit(_) => "exits",
            End::Timeout => "timeouts",
            End::Cancelled => "cancellations",
            End::OutOfMemory(_) => "out of memory",
            End::StackOverflow | End::StackOrMemory => "stack overflows",
        }
    }
}
