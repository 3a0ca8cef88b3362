//! Why a call failed, or could not be made.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polyreactor_contract::{FuncType, Signature};

use super::{BadValue, ErrorKind, LastLines, Resource, Trap};

/// Why a call failed, or could not be made.
///
/// Where [`is_fatal`](CallError::is_fatal), the instance is poisoned: every later call answers
/// [`Poisoned`](CallError::Poisoned), and a new instance can be made of the same reactor. After the
/// others the instance is as it was.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum CallError {
    /// Fatal: the guest panicked, and wrote why to its standard error.
    Panic {
        /// What it wrote.
        message: String,
        /// How it ended after that: a [`Trap`](CallError::Trap), in Go an
        /// [`Exit`](CallError::Exit).
        cause: Arc<CallError>,
    },
    /// Fatal: the guest trapped. Boxed, because it is seldom and large.
    Trap(Box<Trap>),
    /// Fatal: the guest exited, with status 0 too.
    Exit {
        /// The status.
        status: i32,
        /// What it wrote last in that call.
        last_lines: LastLines,
    },
    /// Fatal: the call took longer than allowed.
    Timeout {
        /// What was allowed.
        limit: Duration,
    },
    /// Fatal: the call was cancelled by a [`Cancellation`](crate::Cancellation).
    Cancelled,
    /// Fatal: the guest was refused more memory, or room in a table, and failed after that.
    OutOfMemory {
        /// What it asked for.
        resource: Resource,
        /// What is allowed, in bytes or elements.
        limit: u64,
        /// How it failed.
        cause: Arc<CallError>,
    },
    /// Fatal: the guest's recursion was too deep.
    StackOverflow {
        /// Which of its stacks overflowed.
        stack: Stack,
        /// How it ended.
        cause: Arc<CallError>,
    },
    /// Fatal: a host function returned an error.
    HostFunction {
        /// Its name, with its module: `host.log`.
        import: Arc<str>,
        /// The embedder's error, to be downcast; the [`source`](StdError::source).
        cause: Arc<dyn StdError + Send + Sync>,
    },
    /// Fatal: the guest called an import that the linker has no function for
    /// ([`Missing::Trap`](crate::Missing::Trap)).
    MissingImport {
        /// Its name, with its module: `host.log`.
        import: Arc<str>,
    },
    /// Fatal: the host failed while the guest was running, or a panic of a host function's unwound
    /// through the guest.
    Host {
        /// What happened.
        cause: String,
    },
    /// An earlier call poisoned this instance.
    Poisoned {
        /// The export that was called then.
        export: Arc<str>,
        /// How that call failed.
        first: Arc<CallError>,
    },
    /// A host function that `_initialize` has called can't call the guest (B001).
    NotReady {
        /// The export that it tried to call.
        export: Arc<str>,
    },
    /// Nothing is exported under that name.
    NoSuchExport {
        /// The name.
        name: String,
        /// The names that it may be a slip of, the likeliest first.
        nearest: Vec<String>,
        /// The names of all functions that are exported.
        exports: Vec<String>,
    },
    /// What is exported under that name is no function.
    NotAFunction {
        /// The name.
        name: String,
        /// What it is.
        ty: String,
    },
    /// `_initialize` and `_start` can't be called by an embedder (B002, B003).
    Reserved {
        /// The name.
        name: String,
    },
    /// The export is of another core type. No contract declares it.
    TypeMismatch {
        /// The export.
        export: Arc<str>,
        /// Its core type.
        actual: FuncType,
        /// The core type that it was taken for.
        asked: FuncType,
    },
    /// The values of a dynamic call are not those that the export's core type takes; or the export
    /// takes or returns what is no number, and can't be called at all. No contract declares it.
    ArgumentMismatch {
        /// The export.
        export: Arc<str>,
        /// Its core type.
        actual: FuncType,
        /// The types of the values.
        given: Vec<String>,
    },
    /// The types or values are not those that the contract declares.
    NotAsDeclared {
        /// The export.
        export: Arc<str>,
        /// Its type in the contract.
        declared: Signature,
        /// The types that it was called with.
        asked: String,
    },
    /// The guest has no allocator, which strings, lists and records need.
    NoAllocator,
    /// The guest's allocator has not so much memory.
    NoMemory {
        /// What was asked for, in bytes.
        size: u64,
    },
    /// The guest returned what is no value of its type. The guest does not know, and the instance
    /// is not poisoned.
    BadResult {
        /// The export.
        export: Arc<str>,
        /// What it returned instead.
        cause: BadValue,
    },
    /// The function was looked up in another instance.
    WrongInstance {
        /// The export.
        export: Arc<str>,
    },
    /// The thread has less stack left than the call may take, and a stack of its own can't be made.
    NoStack {
        /// What the call may take, in bytes.
        needed: usize,
    },
    /// The engine was made before the process was forked, and this is the child.
    Forked,
}

/// A stack that a guest can overflow; each has a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stack {
    /// The one that the engine keeps for compiled code.
    Wasm {
        /// The engine's limit
        /// ([`EngineConfig::max_stack_bytes`](crate::EngineConfig::max_stack_bytes)), in bytes.
        limit: u64,
    },
    /// The one in the guest's own memory, where Rust, Zig and C keep what has an address. Its size
    /// was settled when the guest was linked.
    Memory,
    /// A goroutine's. Go settles how far it grows.
    Goroutine,
}

impl CallError {
    /// The kind of the error, in a word.
    pub fn kind(&self) -> ErrorKind {
        match self {
            CallError::Panic { .. } => ErrorKind::Panic,
            CallError::Trap(_) => ErrorKind::Trap,
            CallError::Exit { .. } => ErrorKind::Exit,
            CallError::Timeout { .. } => ErrorKind::Timeout,
            CallError::Cancelled => ErrorKind::Cancelled,
            CallError::OutOfMemory { .. } => ErrorKind::OutOfMemory,
            CallError::StackOverflow { .. } => ErrorKind::StackOverflow,
            CallError::HostFunction { .. } => ErrorKind::HostFunction,
            CallError::MissingImport { .. } => ErrorKind::MissingImport,
            CallError::Poisoned { .. } => ErrorKind::Poisoned,
            CallError::NotReady { .. } => ErrorKind::NotReady,
            CallError::NoSuchExport { .. }
            | CallError::NotAFunction { .. }
            | CallError::Reserved { .. } => ErrorKind::NoSuchExport,
            CallError::TypeMismatch { .. }
            | CallError::ArgumentMismatch { .. }
            | CallError::NotAsDeclared { .. } => ErrorKind::TypeMismatch,
            CallError::NoAllocator | CallError::NoMemory { .. } | CallError::BadResult { .. } => {
                ErrorKind::Passing
            }
            CallError::WrongInstance { .. } => ErrorKind::WrongInstance,
            CallError::Forked => ErrorKind::Forked,
            CallError::Host { .. } | CallError::NoStack { .. } => ErrorKind::Host,
        }
    }

    /// Whether the instance is poisoned: by this error, or ([`Poisoned`](CallError::Poisoned)) by
    /// an earlier one. It can't be called again.
    pub fn is_fatal(&self) -> bool {
        match self {
            CallError::Panic { .. }
            | CallError::Trap(_)
            | CallError::Exit { .. }
            | CallError::Timeout { .. }
            | CallError::Cancelled
            | CallError::OutOfMemory { .. }
            | CallError::StackOverflow { .. }
            | CallError::HostFunction { .. }
            | CallError::MissingImport { .. }
            | CallError::Host { .. }
            | CallError::Poisoned { .. } => true,
            CallError::NotReady { .. }
            | CallError::NoSuchExport { .. }
            | CallError::NotAFunction { .. }
            | CallError::Reserved { .. }
            | CallError::TypeMismatch { .. }
            | CallError::ArgumentMismatch { .. }
            | CallError::NotAsDeclared { .. }
            | CallError::NoAllocator
            | CallError::NoMemory { .. }
            | CallError::BadResult { .. }
            | CallError::WrongInstance { .. }
            | CallError::NoStack { .. }
            | CallError::Forked => false,
        }
    }

    /// What the guest wrote last in the call that failed; `None` where that is not known: no call
    /// failed, or something from outside ended it.
    pub fn last_lines(&self) -> Option<&LastLines> {
        match self {
            CallError::Trap(trap) => Some(&trap.last_lines),
            CallError::Exit { last_lines, .. } => Some(last_lines),
            CallError::Panic { cause, .. }
            | CallError::OutOfMemory { cause, .. }
            | CallError::StackOverflow { cause, .. }
            | CallError::Poisoned { first: cause, .. } => cause.last_lines(),
            _ => None,
        }
    }
}

impl StdError for CallError {
    /// The embedder's own error, where a host function returned one. Everything else is written
    /// out in the message.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            CallError::HostFunction { cause, .. } => Some(&**cause),
            CallError::Panic { cause, .. }
            | CallError::OutOfMemory { cause, .. }
            | CallError::StackOverflow { cause, .. }
            | CallError::Poisoned { first: cause, .. } => cause.source(),
            _ => None,
        }
    }
}

/// A host function's error on its way through guest frames.
#[derive(Debug)]
pub(crate) struct HostFunctionError {
    pub(crate) import: Arc<str>,
    pub(crate) cause: Arc<dyn StdError + Send + Sync>,
}

impl fmt::Display for HostFunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl StdError for HostFunctionError {}

/// On its way through guest frames: a call of an import that has no function.
#[derive(Debug)]
pub(crate) struct NotOffered {
    pub(crate) import: Arc<str>,
}

impl fmt::Display for NotOffered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not linked", self.import)
    }
}

impl StdError for NotOffered {}
