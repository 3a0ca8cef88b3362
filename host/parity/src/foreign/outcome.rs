//! [`ForeignOutcome`]: how a call in a foreign host ended, and what the guest wrote.

use serde::{Deserialize, Serialize};

use super::call::ForeignValue;
use super::wire::base64_bytes;

/// How a call ended, and what the guest wrote during it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignOutcome {
    /// The name of the export; `_initialize` where the instance could not be made.
    pub name: String,
    /// How the call ended.
    pub end: ForeignEnd,
    /// What the guest wrote to standard output, its first 64 MiB. Output of `_initialize` is part
    /// of the first call. Empty after a timeout.
    #[serde(with = "base64_bytes")]
    pub stdout: Vec<u8>,
    /// What the guest wrote to standard error, as for `stdout`.
    #[serde(with = "base64_bytes")]
    pub stderr: Vec<u8>,
    /// How many bytes of both streams were not kept.
    pub dropped_bytes: u64,
}

/// How a call ended. In JSON, a tag `end` with the words of [`ForeignEnd::kind`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "kebab-case")]
pub enum ForeignEnd {
    /// The call returned.
    Returned {
        /// The result; `None` where the export returns nothing.
        value: Option<ForeignValue>,
        /// The pointer arguments, with what lies behind them after the call.
        pointers: Vec<ForeignValue>,
    },
    /// The guest panicked.
    Panic {
        /// The message, as its author wrote it.
        message: String,
    },
    /// The guest trapped.
    Trap {
        /// The kinds that the trap may have. More than one where the engine does not tell them
        /// apart: V8 has one message for `integer-overflow` and `bad-conversion` of floats, and one
        /// for `no-such-table-entry` and `bad-signature`; wazero does not tell a null function from
        /// one out of bounds, which are the same kind here. Empty for a trap that is none of these.
        kinds: Vec<TrapKind>,
        /// The trap in the words of the engine.
        words: String,
    },
    /// The guest exited.
    Exit {
        /// The exit status.
        status: i32,
    },
    /// A stack of the guest overflowed: the call stack, the one in linear memory, or a goroutine's.
    StackOverflow,
    /// A growth of the memory was refused, and the call failed. In Node and wasmtime for Python,
    /// which do not tell of a refused growth, this is a guess: the runtime of Rust or Go has
    /// printed that it is out of memory, or the memory is within 1/16 of its limit.
    OutOfMemory {
        /// How the call ended: the end that it would have without a refused growth.
        cause: Box<ForeignEnd>,
    },
    /// The call took longer than its limit. The adapter was killed.
    Timeout,
    /// The guest called an import that the host lacks.
    MissingImport {
        /// The import, as `host.log`.
        import: String,
    },
    /// The module exports no function of that name.
    NoSuchExport,
    /// The export has other core types than the call.
    TypeMismatch {
        /// The engine's words.
        words: String,
    },
    /// A value could not be passed into the guest or out of it.
    Passing {
        /// The reason.
        words: String,
    },
    /// The host failed, or its error is not one that the adapter knows.
    Host {
        /// The host's words.
        words: String,
    },
}

impl ForeignEnd {
    /// The word for this kind of end: `returned`, or that of our own host's error kind, such as
    /// `stack-overflow`.
    pub fn kind(&self) -> &'static str {
        match self {
            ForeignEnd::Returned { .. } => "returned",
            ForeignEnd::Panic { .. } => "panic",
            ForeignEnd::Trap { .. } => "trap",
            ForeignEnd::Exit { .. } => "exit",
            ForeignEnd::StackOverflow => "stack-overflow",
            ForeignEnd::OutOfMemory { .. } => "out-of-memory",
            ForeignEnd::Timeout => "timeout",
            ForeignEnd::MissingImport { .. } => "missing-import",
            ForeignEnd::NoSuchExport => "no-such-export",
            ForeignEnd::TypeMismatch { .. } => "type-mismatch",
            ForeignEnd::Passing { .. } => "passing",
            ForeignEnd::Host { .. } => "host",
        }
    }
}

/// The kind of a trap: those of our own host that a foreign host can have too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrapKind {
    /// The guest executed `unreachable`.
    Unreachable,
    /// The guest accessed an address outside of its memory.
    MemoryOutOfBounds,
    /// The guest called through a table entry that does not exist or is null.
    NoSuchTableEntry,
    /// The guest called a function through a pointer of another type.
    BadSignature,
    /// The guest divided an integer by zero.
    DivisionByZero,
    /// An integer overflowed in a division or in the conversion of a float.
    IntegerOverflow,
    /// The guest converted a NaN to an integer.
    BadConversion,
    /// The guest threw an exception that it did not catch.
    UncaughtException,
}

impl TrapKind {
    /// The word of this kind, that of our own host.
    pub fn as_str(self) -> &'static str {
        match self {
            TrapKind::Unreachable => "unreachable",
            TrapKind::MemoryOutOfBounds => "memory-out-of-bounds",
            TrapKind::NoSuchTableEntry => "no-such-table-entry",
            TrapKind::BadSignature => "bad-signature",
            TrapKind::DivisionByZero => "division-by-zero",
            TrapKind::IntegerOverflow => "integer-overflow",
            TrapKind::BadConversion => "bad-conversion",
            TrapKind::UncaughtException => "uncaught-exception",
        }
    }
}
