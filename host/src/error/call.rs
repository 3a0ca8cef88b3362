//! [`CallError`]: why a call failed, or could not be made.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polyreactor_contract::{FuncType, Signature};

use super::{BadValue, ErrorKind, LastLines, Resource, Trap};

/// Why a call failed, or could not be made.
///
/// A fatal error ([`is_fatal`](CallError::is_fatal)) poisons the instance: guest code was stopped
/// halfway, so its state is unknown. Every later call returns [`Poisoned`](CallError::Poisoned)
/// with the first error, and the remedy is a new instance of the same reactor. After any other
/// error the instance can be called again.
///
/// [`Display`](fmt::Display) writes several lines where there is more to say: the cause, the stack
/// frames of the guest, and the last lines that it wrote.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum CallError {
    /// Fatal: the guest panicked, and the host found the message of the panic in the guest's
    /// standard error. The host reads that stream even if the configuration drops it (CONVENTION
    /// B004).
    ///
    /// The host knows the forms that the runtimes of Rust, Go and Zig print. A panic whose message
    /// has another form (after a panic hook, say), or after which the guest wrote more, is a
    /// [`Trap`](CallError::Trap) or an [`Exit`](CallError::Exit) with the
    /// [last lines](CallError::last_lines). A guest that prints such a message itself and then
    /// traps with `unreachable`, or exits with status 2 as Go does, is reported as a panic.
    Panic {
        /// The message as its author wrote it, without the place in the source. At most 32 lines;
        /// a longer message is cut and ends in `…`.
        message: String,
        /// How the guest ended after the message: by a [`Trap`](CallError::Trap), in Go by an
        /// [`Exit`](CallError::Exit).
        cause: Arc<CallError>,
    },
    /// Fatal: the guest trapped. Boxed, because a trap is rare and large.
    Trap(Box<Trap>),
    /// Fatal: the guest exited (`proc_exit`). Status 0 is an error as well, since the call has not
    /// returned (CONVENTION B005).
    Exit {
        /// The exit status.
        status: i32,
        /// The last lines that the guest wrote in this call.
        last_lines: LastLines,
    },
    /// Fatal: the call took longer than its limit
    /// ([`InstanceConfig::timeout`](crate::InstanceConfig::timeout)).
    Timeout {
        /// The limit.
        limit: Duration,
        /// The last lines that the guest wrote in this call.
        last_lines: LastLines,
    },
    /// Fatal: the call was cancelled by a [`Cancellation`](crate::Cancellation).
    Cancelled {
        /// The last lines that the guest wrote in this call.
        last_lines: LastLines,
    },
    /// Fatal: in this call a growth of the guest's memory or of a table was refused, and the call
    /// failed. A guest that continues without the growth has no error (CONVENTION B013).
    OutOfMemory {
        /// Whether a memory or a table was to grow.
        resource: Resource,
        /// The smaller of the limit in the [`InstanceConfig`](crate::InstanceConfig) and the
        /// maximum that the module declares. Where the growth was allowed but the machine refused
        /// it, the size before the growth. In bytes, or in elements of a table.
        limit: u64,
        /// How the guest ended after the refusal.
        cause: Arc<CallError>,
    },
    /// Fatal: a stack of the guest overflowed, usually by a recursion that is too deep.
    StackOverflow {
        /// Which stack overflowed.
        stack: Stack,
        /// How the guest ended: by a [`Trap`](CallError::Trap), in Go by an
        /// [`Exit`](CallError::Exit).
        cause: Arc<CallError>,
    },
    /// Fatal: a host function returned an error, or could not lift its arguments or lower its
    /// result. Where host functions and guest calls nest, the error names the innermost host
    /// function that failed.
    HostFunction {
        /// The name of the host function, with its module: `host.log`.
        import: Arc<str>,
        /// The error that the host function returned, which can be downcast; else a [`BadValue`] or
        /// a [`CallError`] of this crate. Also the [`source`](StdError::source) of this error; the
        /// message does not repeat it.
        cause: Arc<dyn StdError + Send + Sync>,
    },
    /// Fatal: the guest called an imported function that the linker does not have, or has with
    /// another type. The module was linked with [`Missing::Trap`](crate::Missing::Trap); or with
    /// [`Missing::Zero`](crate::Missing::Zero), and the result of the function is a non-nullable
    /// reference.
    MissingImport {
        /// The name of the import, with its module: `host.log`.
        import: Arc<str>,
        /// The type of the linker's definition under that name; `None` where it has none.
        offered: Option<Arc<str>>,
        /// The last lines that the guest wrote in this call.
        last_lines: LastLines,
    },
    /// Fatal: the host failed while the guest was running.
    ///
    /// A panic of a host function is not returned as an error: the panic unwinds out of the
    /// embedder's call. Later calls return [`Poisoned`](CallError::Poisoned), and `first` there is
    /// this variant.
    Host {
        /// What failed, as text.
        cause: String,
    },
    /// An earlier call has poisoned this instance. No guest code has run (CONVENTION B006).
    Poisoned {
        /// The export whose call poisoned the instance.
        export: Arc<str>,
        /// The error of that call.
        first: Arc<CallError>,
    },
    /// A host function that `_initialize` has called tried to call the guest, whose `_initialize`
    /// is still running (CONVENTION B001, B002). Lowering a string or list as the result of such a
    /// host function fails in the same way, because it calls the guest's allocator.
    NotReady {
        /// The export that was to be called.
        export: Arc<str>,
    },
    /// The module exports nothing under that name.
    NoSuchExport {
        /// The name that was looked up.
        name: String,
        /// Up to 3 names of exported functions that are spelled alike, the most similar first.
        nearest: Vec<String>,
        /// The names of all exported functions that can be called, in the module's order.
        exports: Vec<String>,
    },
    /// The export of that name is not a function.
    NotAFunction {
        /// The name that was looked up.
        name: String,
        /// The type of the export, such as `memory 1 page`.
        ty: String,
    },
    /// `_initialize`, also under other names that it is exported by, and `_start` can't be called
    /// by an embedder (CONVENTION B002, B003).
    Reserved {
        /// The name that was looked up.
        name: String,
    },
    /// The Rust types of a call are lowered to another core type than the export has. Only for
    /// exports that no contract declares; else [`NotAsDeclared`](CallError::NotAsDeclared).
    TypeMismatch {
        /// The name of the export.
        export: Arc<str>,
        /// The core type of the export.
        actual: FuncType,
        /// The core type that the Rust types of the call have.
        asked: FuncType,
    },
    /// The arguments of a dynamic call do not fit the export's core type; or that type has
    /// parameters or results that are not numbers, so that the export can't be called at all. Only
    /// for exports that no contract declares; else [`NotAsDeclared`](CallError::NotAsDeclared).
    ArgumentMismatch {
        /// The name of the export.
        export: Arc<str>,
        /// The core type of the export.
        actual: FuncType,
        /// The types of the arguments.
        given: Vec<String>,
    },
    /// The Rust types or the dynamic arguments of a call are not those that the module's contract
    /// declares for the export.
    NotAsDeclared {
        /// The name of the export.
        export: Arc<str>,
        /// The type of the export in the contract.
        declared: Signature,
        /// The types that the export was called with, or looked up with.
        asked: String,
    },
    /// The guest does not export `polyreactor_alloc` and `polyreactor_free` with the types of the
    /// convention. Strings, lists and records can't be lowered without them.
    NoAllocator,
    /// The guest's allocator returned null, or an argument is larger than the memory that the guest
    /// may have at most.
    NoMemory {
        /// The size of the allocation, in bytes.
        size: u64,
    },
    /// The guest returned bits that are not a value of the result's type, or wrote such bits to the
    /// memory of a pointer argument. The instance is not poisoned, since the guest's own state is
    /// intact.
    BadResult {
        /// The name of the export; `polyreactor_alloc` where that returned an invalid address.
        export: Arc<str>,
        /// The invalid value.
        cause: BadValue,
    },
    /// The [`Func`](crate::Func) was looked up in another instance than the one that it was called
    /// with.
    WrongInstance {
        /// The name of the export.
        export: Arc<str>,
    },
    /// The thread has less stack left than the call may need, and there is no memory or address
    /// space to allocate a separate stack for the call.
    NoStack {
        /// The stack that the call may need, in bytes:
        /// [`EngineConfig::max_stack_bytes`](crate::EngineConfig::max_stack_bytes), and 256 KiB for
        /// the host's own functions.
        needed: usize,
    },
    /// The engine was made before the process was forked, and this process is the child. See
    /// [`Engine`](crate::Engine#forks).
    Forked,
}

/// A stack that a guest can overflow. Each has a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stack {
    /// The call stack of compiled Wasm code, which lies on the host's thread.
    Wasm {
        /// The limit of the engine
        /// ([`EngineConfig::max_stack_bytes`](crate::EngineConfig::max_stack_bytes), by default
        /// 512 KiB), in bytes.
        limit: u64,
    },
    /// The stack in the guest's linear memory, where Rust, Zig and C keep local variables that have
    /// an address. Its size was fixed when the guest was linked (in Rust
    /// `-C link-arg=-zstack-size=BYTES`, in Zig `stack_size` of the executable).
    ///
    /// The stack has no guard page. The host recognises an overflow where the stack has grown past
    /// address 0, so that an access near 4 GiB faults, and the frames show a recursion; if the
    /// engine does not report the address of the fault, a backtrace full of the recursion decides.
    /// Other overflows of this stack are a [`Trap`](CallError::Trap), or overwrite other data of
    /// the guest unnoticed.
    Memory,
    /// The stack of a goroutine, which Go allocates and limits (`debug.SetMaxStack`).
    Goroutine,
}

impl CallError {
    /// The kind of the error. Its word ([`ErrorKind::as_str`]) stays the same from version to
    /// version.
    pub fn kind(&self) -> ErrorKind {
        match self {
            CallError::Panic { .. } => ErrorKind::Panic,
            CallError::Trap(_) => ErrorKind::Trap,
            CallError::Exit { .. } => ErrorKind::Exit,
            CallError::Timeout { .. } => ErrorKind::Timeout,
            CallError::Cancelled { .. } => ErrorKind::Cancelled,
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

    /// Whether the instance is poisoned, by this error or by an earlier one
    /// ([`Poisoned`](CallError::Poisoned)). A poisoned instance can't be called again.
    pub fn is_fatal(&self) -> bool {
        match self {
            CallError::Panic { .. }
            | CallError::Trap(_)
            | CallError::Exit { .. }
            | CallError::Timeout { .. }
            | CallError::Cancelled { .. }
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

    /// The last lines that the guest wrote in the call that failed. For
    /// [`Poisoned`](CallError::Poisoned), those of the first error.
    ///
    /// `None` where no guest code ran, and where the host failed:
    /// [`HostFunction`](CallError::HostFunction) and [`Host`](CallError::Host).
    pub fn last_lines(&self) -> Option<&LastLines> {
        match self {
            CallError::Trap(trap) => Some(&trap.last_lines),
            CallError::Exit { last_lines, .. }
            | CallError::Timeout { last_lines, .. }
            | CallError::Cancelled { last_lines }
            | CallError::MissingImport { last_lines, .. } => Some(last_lines),
            CallError::Panic { cause, .. }
            | CallError::OutOfMemory { cause, .. }
            | CallError::StackOverflow { cause, .. }
            | CallError::Poisoned { first: cause, .. } => cause.last_lines(),
            _ => None,
        }
    }
}

impl StdError for CallError {
    /// The error that a host function returned. All other causes are written out in the message.
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

/// The error of a host function while it unwinds guest frames.
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

/// The error of a call of an import that was linked without a function, while it unwinds guest
/// frames.
#[derive(Debug)]
pub(crate) struct NotOffered {
    pub(crate) import: Arc<str>,
    pub(crate) offered: Option<Arc<str>>,
}

impl fmt::Display for NotOffered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not linked", self.import)
    }
}

impl StdError for NotOffered {}
