//! Room of errors: what can go wrong, by what was being done, and what went wrong in the guest.
//!
//! Uses no other room; every room uses this one. Messages name the cause, the place and the remedy;
//! an error of the embedder's own is the [`source`](std::error::Error::source) of ours.

mod call;
mod display;
mod instantiate;
mod kind;
pub(crate) mod last_lines;
mod link;
mod load;
mod proposals;
pub(crate) mod text;
pub(crate) mod trap;
mod values;

use std::error::Error as StdError;
use std::fmt;
use std::io;

pub use call::{CallError, Stack};
pub(crate) use call::{HostFunctionError, NotOffered};
pub use instantiate::InstantiateError;
pub use kind::ErrorKind;
pub use last_lines::LastLines;
pub use link::{LinkError, MissingImport};
pub use load::LoadError;
pub use trap::{Frame, Trap, TrapKind};
pub(crate) use values::Growth;
pub use values::{BadValue, OutOfBounds, Resource};

/// Any error of this crate, so that `?` works in a function that loads, links, instantiates and
/// calls. Message and source are those of the error inside.
///
/// ```
/// use polyreactor_host::{Engine, EngineConfig, Error, InstanceConfig, Reactor};
///
/// fn add(module: &[u8]) -> Result<i32, Error> {
///     let engine = Engine::new(&EngineConfig::new())?;
///     let reactor = Reactor::from_bytes(&engine, module)?;
///     let mut instance = reactor.instantiate(&InstanceConfig::new())?;
///     Ok(instance.call("add", (2, 3))?)
/// }
/// # let error = add(b"\0asm").unwrap_err();
/// # assert_eq!(error.kind().to_string(), "malformed");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// An engine could not be made.
    Engine {
        /// What the system or the compiler said.
        cause: String,
    },
    /// A module could not be loaded.
    Load(LoadError),
    /// A module's imports could not be resolved.
    Link(LinkError),
    /// An instance could not be made.
    Instantiate(InstantiateError),
    /// A call failed, or could not be made.
    Call(CallError),
}

impl Error {
    /// The kind of the error, in a word that stays the same from version to version.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Engine { .. } => ErrorKind::Host,
            Error::Load(error) => error.kind(),
            Error::Link(error) => error.kind(),
            Error::Instantiate(error) => error.kind(),
            Error::Call(error) => error.kind(),
        }
    }

    /// Whether an instance is poisoned by it: [`CallError::is_fatal`]. `false` where there is no
    /// instance yet.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Error::Call(error) if error.is_fatal())
    }

    /// What the guest wrote last before it failed; `None` where no guest failed.
    pub fn last_lines(&self) -> Option<&LastLines> {
        match self {
            Error::Instantiate(error) => error.last_lines(),
            Error::Call(error) => error.last_lines(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Engine { cause } => write!(f, "the engine can't be made: {cause}"),
            Error::Load(error) => error.fmt(f),
            Error::Link(error) => error.fmt(f),
            Error::Instantiate(error) => error.fmt(f),
            Error::Call(error) => error.fmt(f),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Engine { .. } => None,
            Error::Load(error) => error.source(),
            Error::Link(error) => error.source(),
            Error::Instantiate(error) => error.source(),
            Error::Call(error) => error.source(),
        }
    }
}

macro_rules! nested {
    ($($variant:ident $error:ident)*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Error::$variant(error)
            }
        }
    )*};
}

nested! { Load LoadError Link LinkError Instantiate InstantiateError Call CallError }

/// What the engine says of a failure that is the machine's, not the guest's.
pub(crate) fn host_cause(error: &wasmtime::Error) -> String {
    // What wasmtime puts before the cause is a backtrace of the guest.
    let cause = error.root_cause().to_string();
    if !is_no_memory(error) {
        return cause;
    }
    format!(
        "there is no memory, or no address space, for it ({cause}): an instance reserves 4 GiB of \
         address space for each memory, and a pooling allocator does so for all of its places; \
         allow more (`ulimit -v`), or reserve less (`EngineConfig::memory_reservation_bytes`)"
    )
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
