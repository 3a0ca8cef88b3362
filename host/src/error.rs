//! Everything that can go wrong, as a caller would tell it apart.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use polyreactor_contract::{FuncType, Signature};
use polyreactor_convention::{Diagnostic, Malformed};

use crate::{BadValue, LastLines, MissingImport, Resource, Trap};

mod display;
pub(crate) mod last_lines;
mod of_guest;
mod proposals;
pub(crate) mod trap;

pub(crate) use of_guest::told;

/// Why a reactor could not be loaded, an instance not be made, or a call not be answered.
///
/// What is listed under "Call", and [`Host`](Error::Host) where it comes out of a call, ends the
/// instance. After the others it is as it was.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// Load: the file can't be read.
    Unreadable {
        /// The file.
        origin: Origin,
        /// What the system said.
        cause: Arc<io::Error>,
    },
    /// Load: this is no core WebAssembly module, or not a whole one.
    Malformed {
        /// Where the bytes are from.
        origin: Origin,
        /// What they are instead.
        cause: Malformed,
    },
    /// Load: a module, but no reactor; `polyreactor_convention::patch` mends some of them.
    NotAReactor {
        /// Where the module is from.
        origin: Origin,
        /// Every rule that it breaks.
        diagnostics: Vec<Diagnostic>,
    },
    /// Load: a module that the engine can't compile, such as one that needs a proposal which
    /// is not switched on.
    Unsupported {
        /// Where the module is from.
        origin: Origin,
        /// What the engine said.
        cause: String,
    },
    /// Load: the module needs what this host does not have.
    MissingImports {
        /// Where the module is from.
        origin: Origin,
        /// All of it.
        imports: Vec<MissingImport>,
    },
    /// Making an instance: `_initialize` did not come to its end. A plain return is the only
    /// one; [`Error::Exit`] with status 0 is none.
    InitFailed {
        /// What it came to instead.
        cause: Arc<Error>,
        /// What the guest wrote last.
        last_lines: LastLines,
    },
    /// Making an instance: a directory that it was to be given can't be opened.
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// Load, making an instance, or call: the engine was made before the process was forked, and
    /// this is the child, which has none of its threads.
    Forked,
    /// Making an instance: the engine allows no more at once.
    TooManyInstances {
        /// As many as it allows.
        limit: u32,
    },
    /// Call: the guest panicked, and said why on its standard error.
    Panic {
        /// What it said.
        message: String,
        /// How it ended after that: a [`Trap`](Error::Trap), in Go an [`Exit`](Error::Exit).
        cause: Arc<Error>,
    },
    /// Call: the guest trapped. Boxed, because it is seldom seen and large.
    Trap(Box<Trap>),
    /// Call: the guest ended itself, with status 0 too.
    Exit {
        /// The status that it gave.
        status: i32,
        /// What it wrote last in that call.
        last_lines: LastLines,
    },
    /// Call: it took longer than it may.
    Timeout {
        /// How long that is.
        limit: Duration,
    },
    /// Call: someone ended it through its [`Cancellation`](crate::Cancellation).
    Cancelled,
    /// Call: the guest was refused more memory (or room in a table), and failed after that; or,
    /// when an instance is made, it wants more from the beginning.
    OutOfMemory {
        /// What it wanted more of.
        resource: Resource,
        /// What there may be of it, in bytes or elements.
        limit: u64,
        /// How it failed.
        cause: Arc<Error>,
    },
    /// Call: the guest called itself too deeply.
    StackOverflow {
        /// Which of its stacks.
        stack: Stack,
        /// How it ended.
        cause: Arc<Error>,
    },
    /// Call: a host function gave back an error.
    HostFunction {
        /// Its module and name, `host.log`.
        import: Arc<str>,
        /// The embedder's error, to be downcast.
        cause: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// Call: this instance has ended before. A new one can be made of the same reactor.
    Dead {
        /// The export whose call was its last.
        export: Arc<str>,
        /// What that call answered.
        first: Arc<Error>,
    },
    /// Call: a host function that `_initialize` has called wants to call the guest, which is not
    /// ready for that (B001).
    NotReady {
        /// The export that it wants to call.
        export: Arc<str>,
    },
    /// Look-up: nothing is exported under that name.
    NoSuchExport {
        /// The name that was asked for.
        name: String,
        /// The names that it may be a slip of, the likeliest first.
        nearest: Vec<String>,
        /// The names of all functions that are exported.
        exports: Vec<String>,
    },
    /// Look-up: what is exported under that name is no function.
    NotAFunction {
        /// The name.
        name: String,
        /// What it is.
        ty: String,
    },
    /// Look-up: `_initialize` and `_start` are not for callers (B002, B003).
    Reserved {
        /// The name.
        name: String,
    },
    /// Look-up: the export is of another type.
    TypeMismatch {
        /// The export.
        export: Arc<str>,
        /// What it is.
        actual: FuncType,
        /// What it was taken for.
        asked: FuncType,
    },
    /// Dynamic call: the values are not those that the export takes; or it takes or gives back
    /// what is no number, and can't be called this way at all.
    ArgumentMismatch {
        /// The export.
        export: Arc<str>,
        /// What it is.
        actual: FuncType,
        /// The types of the values that were given.
        given: Vec<String>,
    },
    /// Passing: the values are not those that the contract says.
    NotAsDeclared {
        /// The export.
        export: Arc<str>,
        /// What the contract says.
        declared: Signature,
        /// What it was called with, and what was asked of it.
        asked: String,
    },
    /// Passing: no contract says what the export takes.
    NotDeclared {
        /// The export.
        export: Arc<str>,
    },
    /// Passing: the guest has no allocator, and strings and records can't be passed without.
    NoAllocator,
    /// Passing: the guest's allocator has not so much memory.
    NoMemory {
        /// How much was asked for, in bytes.
        size: u64,
    },
    /// Passing: the guest has answered what is no value of that type. It does not know, and the
    /// instance is as it was.
    BadResult {
        /// The export.
        export: Arc<str>,
        /// What it is instead.
        cause: BadValue,
    },
    /// Typed call: the function belongs to another instance.
    WrongInstance {
        /// The export.
        export: Arc<str>,
    },
    /// The host failed, by no fault of the guest's: it has no memory left, say.
    Host {
        /// What happened.
        cause: String,
    },
}

/// A stack that a guest can overflow; each has a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stack {
    /// The one that the engine keeps for compiled code.
    Wasm {
        /// What the engine allows ([`EngineConfig::stack`](crate::EngineConfig::stack)), in bytes.
        limit: u64,
    },
    /// The one in the guest's own memory, where Rust, Zig and C keep what has an address. Its size
    /// was settled when the guest was linked.
    Memory,
    /// A goroutine's. Go settles how far it grows.
    Goroutine,
}

/// Where a module's bytes are from, for messages: a file, or memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Option<Arc<Path>>);

impl Origin {
    /// The file; `None` where the bytes came from memory.
    pub fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    pub(crate) fn file(path: &Path) -> Self {
        Origin(Some(path.into()))
    }

    pub(crate) fn memory() -> Self {
        Origin(None)
    }
}

impl Error {
    /// What the guest wrote last in the call that failed; `None` where that is not known: no call
    /// failed, or something from outside ended it.
    pub fn last_lines(&self) -> Option<&LastLines> {
        match self {
            Error::Trap(trap) => Some(&trap.last_lines),
            Error::Exit { last_lines, .. } | Error::InitFailed { last_lines, .. } => {
                Some(last_lines)
            }
            Error::Panic { cause, .. }
            | Error::OutOfMemory { cause, .. }
            | Error::StackOverflow { cause, .. }
            | Error::Dead { first: cause, .. } => cause.last_lines(),
            _ => None,
        }
    }

    pub(crate) fn host(error: wasmtime::Error) -> Self {
        Self::of_host(&error)
    }

    pub(crate) fn of_host(error: &wasmtime::Error) -> Self {
        // What wasmtime puts before the cause is a backtrace of the guest.
        let mut cause = error.root_cause().to_string();
        if is_no_memory(error) {
            cause = format!(
                "there is no memory, or no address space, for it ({cause}): an instance reserves \
                 4 GiB of address space for each memory, and a pool does so for all of its \
                 places; allow more (`ulimit -v`), or reserve less \
                 (`EngineConfig::memory_reservation`)"
            );
        }
        Error::Host { cause }
    }
}

/// Whether the system refused memory.
fn is_no_memory(error: &wasmtime::Error) -> bool {
    #[cfg(unix)]
    if error.root_cause().downcast_ref() == Some(&rustix::io::Errno::NOMEM) {
        return true;
    }
    let io: Option<&io::Error> = error.root_cause().downcast_ref();
    io.is_some_and(|error| error.kind() == io::ErrorKind::OutOfMemory)
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // What is written out in the message already is not given a second time.
        None
    }
}
