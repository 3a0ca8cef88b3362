//! The kinds of errors, as words.

use std::fmt;

/// What an error comes to, in one word ([`Display`](fmt::Display)) that stays the same from
/// version to version: `polyreactor run --json` prints it, and a program may compare it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// `panic`: the guest panicked, and wrote why.
    Panic,
    /// `trap`: the guest trapped.
    Trap,
    /// `exit`: the guest exited, with status 0 too.
    Exit,
    /// `timeout`: the call took longer than allowed.
    Timeout,
    /// `cancelled`: the call was cancelled.
    Cancelled,
    /// `out-of-memory`: the guest failed after it was refused memory, or room in a table.
    OutOfMemory,
    /// `stack-overflow`: the guest's recursion was too deep.
    StackOverflow,
    /// `host-function`: a host function returned an error.
    HostFunction,
    /// `missing-import`: an import has no host function of its type.
    MissingImport,
    /// `poisoned`: an earlier call poisoned the instance.
    Poisoned,
    /// `not-ready`: `_initialize` is still running.
    NotReady,
    /// `no-such-export`: no function is exported under that name, or none that may be called.
    NoSuchExport,
    /// `type-mismatch`: the export is of another type.
    TypeMismatch,
    /// `passing`: a value could not be lowered into the guest or lifted out of it.
    Passing,
    /// `wrong-instance`: the function belongs to another instance.
    WrongInstance,
    /// `unreadable`: the file can't be read.
    Unreadable,
    /// `malformed`: the bytes are no core Wasm module.
    Malformed,
    /// `not-a-reactor`: the module breaks the reactor convention.
    NotAReactor,
    /// `unsupported`: the engine can't compile the module.
    Unsupported,
    /// `name-taken`: a host function of that name exists already.
    NameTaken,
    /// `directory`: a directory can't be given to the guest.
    Directory,
    /// `too-many-instances`: the engine allows no more instances.
    TooManyInstances,
    /// `forked`: the engine belongs to the parent process.
    Forked,
    /// `host`: the host failed.
    Host,
}

impl ErrorKind {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Panic => "panic",
            ErrorKind::Trap => "trap",
            ErrorKind::Exit => "exit",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Cancelled => "cancelled",
            ErrorKind::OutOfMemory => "out-of-memory",
            ErrorKind::StackOverflow => "stack-overflow",
            ErrorKind::HostFunction => "host-function",
            ErrorKind::MissingImport => "missing-import",
            ErrorKind::Poisoned => "poisoned",
            ErrorKind::NotReady => "not-ready",
            ErrorKind::NoSuchExport => "no-such-export",
            ErrorKind::TypeMismatch => "type-mismatch",
            ErrorKind::Passing => "passing",
            ErrorKind::WrongInstance => "wrong-instance",
            ErrorKind::Unreadable => "unreadable",
            ErrorKind::Malformed => "malformed",
            ErrorKind::NotAReactor => "not-a-reactor",
            ErrorKind::Unsupported => "unsupported",
            ErrorKind::NameTaken => "name-taken",
            ErrorKind::Directory => "directory",
            ErrorKind::TooManyInstances => "too-many-instances",
            ErrorKind::Forked => "forked",
            ErrorKind::Host => "host",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
