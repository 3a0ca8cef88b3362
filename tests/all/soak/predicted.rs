//! A prediction of how a call ends, and whether an outcome is as predicted.

use polyreactor_host::{Error, TrapKind, Val};
use polyreactor_tests::faults::inner;

/// What a call is to come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Predicted {
    /// This.
    Answer(Val),
    /// An answer that nobody knows before.
    AnyAnswer,
    /// Nothing: it is no call, and the instance stays as it was.
    Refused(Refusal),
    /// Its end, in a call of the export of that name.
    End(End, &'static str),
}

/// Why there is no call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoSuchExport,
    Reserved,
    ArgumentMismatch,
}

/// How an instance ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Panic(String),
    OutOfBounds,
    Exit(i32),
    Timeout,
    Cancelled,
    /// Of so much memory.
    OutOfMemory(u64),
    StackOverflow,
    /// Go's stack is in its memory, and which of them is used up first is Go's business.
    StackOrMemory,
}

impl Predicted {
    /// Whether it has come to this.
    pub(crate) fn is(&self, outcome: &Result<Vec<Val>, Error>) -> bool {
        match (self, outcome) {
            (Predicted::Answer(value), Ok(results)) => results == std::slice::from_ref(value),
            (Predicted::AnyAnswer, Ok(results)) => results.len() == 1,
            (Predicted::Refused(Refusal::NoSuchExport), Err(Error::NoSuchExport { .. }))
            | (Predicted::Refused(Refusal::Reserved), Err(Error::Reserved { .. }))
            | (
                Predicted::Refused(Refusal::ArgumentMismatch),
                Err(Error::ArgumentMismatch { .. }),
            ) => true,
            (Predicted::End(end, _), Err(error)) => end.is(inner(error)),
            _ => false,
        }
    }
}

impl End {
    fn is(&self, error: &Error) -> bool {
        match (self, error) {
            (End::Panic(words), Error::Panic { message, .. }) => message == words,
            (End::OutOfBounds, Error::Trap(trap)) => trap.kind == TrapKind::MemoryOutOfBounds,
            (End::Exit(status), Error::Exit { status: is, .. }) => status == is,
            (End::Timeout, Error::Timeout { .. }) | (End::Cancelled, Error::Cancelled) => true,
            (End::OutOfMemory(most), Error::OutOfMemory { limit, .. }) => most == limit,
            (End::StackOverflow | End::StackOrMemory, Error::StackOverflow { .. })
            | (End::StackOrMemory, Error::OutOfMemory { .. }) => true,
            _ => false,
        }
    }

    /// What is counted.
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
