//! [`ErrorKind`]: the kinds of errors, as words.

use std::fmt;

/// The kind of an error, over all error types of this crate.
///
/// Each kind has a word ([`as_str`](ErrorKind::as_str), [`Display`](fmt::Display)) that stays the
/// same from version to version: a program may compare it, and `polyreactor run --json` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// `panic`: the guest panicked, and the host found the message of the panic.
    Panic,
    /// `trap`: the guest trapped.
    Trap,
    /// `exit`: the guest exited, with any status, 0 included.
    Exit,
    /// `timeout`: the call or `_initialize` took longer than its limit.
    Timeout,
    /// `cancelled`: a [`Cancellation`](crate::Cancellation) ended the call or `_initialize`.
    Cancelled,
    /// `out-of-memory`: a growth of a memory or table was refused, and the call failed; or the
    /// module's initial memory or table is over the limit.
    OutOfMemory,
    /// `stack-overflow`: a stack of the guest overflowed.
    StackOverflow,
    /// `host-function`: a host function returned an error, or could not lift its arguments or lower
    /// its result.
    HostFunction,
    /// `missing-import`: the linker has no function of an import's name and type.
    MissingImport,
    /// `poisoned`: an earlier call has poisoned the instance.
    Poisoned,
    /// `not-ready`: `_initialize` is still running.
    NotReady,
    /// `no-such-export`: no function that can be called is exported under that name.
    NoSuchExport,
    /// `type-mismatch`: the export has another type.
    TypeMismatch,
    /// `passing`: a value could not be lowered into the guest or lifted out of it; also where the
    /// guest has no allocator, or its allocator has no memory.
    Passing,
    /// `wrong-instance`: the function was looked up in another instance.
    WrongInstance,
    /// `unreadable`: the file can't be read.
    Unreadable,
    /// `malformed`: the bytes are not a valid core Wasm module.
    Malformed,
    /// `not-a-reactor`: the module breaks the reactor convention.
    NotAReactor,
    /// `unsupported`: the engine can't compile the module.
    Unsupported,
    /// `name-taken`: a host function of that name is defined already.
    NameTaken,
    /// `directory`: a directory can't be opened for the guest, or its guest path is invalid.
    Directory,
    /// `too-many-instances`: as many instances as the engine allows are alive.
    TooManyInstances,
    /// `forked`: the engine was made in the parent process, before a fork.
    Forked,
    /// `host`: the host failed: memory, address space, threads or stack, say. Also
    /// [`LinkError::WrongEngine`](crate::LinkError::WrongEngine).
    Host,
}

impl ErrorKind {
    /// The word of this kind, such as `out-of-memory`.
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
