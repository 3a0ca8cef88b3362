//! Errors: one type per operation (load, link, instantiate, call), and the description of a trap.
//!
//! Uses no other module of this crate; all other modules may use it. A message names the cause, the
//! place and the remedy. An error that a function of the embedder returned is not written into the
//! message, but is the [`source`](std::error::Error::source) of the error.

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
/// calls.
///
/// [`Display`](fmt::Display) and [`source`](StdError::source) are those of the error inside.
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
    /// An engine could not be created: this machine cannot run compiled Wasm, or has less memory or
    /// address space than the [`EngineConfig`](crate::EngineConfig) reserves.
    Engine {
        /// The error of the operating system or of wasmtime, as text.
        cause: String,
    },
    /// A module could not be loaded.
    Load(LoadError),
    /// A host function could not be defined, or the imports of a module could not be resolved.
    Link(LinkError),
    /// An instance could not be created or initialised.
    Instantiate(InstantiateError),
    /// A call failed, or could not be made.
    Call(CallError),
}

impl Error {
    /// The kind of the error. Its word ([`ErrorKind::as_str`]) stays the same from version to
    /// version.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Engine { .. } => ErrorKind::Host,
            Error::Load(error) => error.kind(),
            Error::Link(error) => error.kind(),
            Error::Instantiate(error) => error.kind(),
            Error::Call(error) => error.kind(),
        }
    }

    /// Whether the instance is poisoned ([`CallError::is_fatal`]). `false` for every error that is
    /// not a [`CallError`], because no instance exists then.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Error::Call(error) if error.is_fatal())
    }

    /// The last lines that the guest wrote in the call that failed, or in `_initialize`. `None` if
    /// the error does not come from guest code, or if guest code was stopped from outside; see
    /// [`CallError::last_lines`].
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

/// The text of an error of wasmtime that the machine caused, not the guest.
pub(crate) fn host_cause(error: &wasmtime::Error) -> String {
    // The contexts that wasmtime adds to the root cause are a backtrace of the guest.
    let cause = error.root_cause().to_string();
    if !is_no_memory(error) {
        return cause;
    }
    format!(
        "not enough memory or address space ({cause}): by default each linear memory reserves up \
         to 4 GiB of address space, and a pooling allocator reserves that for all of its instances \
         at once; allow more (`ulimit -v`), or reserve less \
         (`EngineConfig::memory_reservation_bytes`)"
    )
}

/// Whether the operating system refused to allocate memory or address space.
fn is_no_memory(error: &wasmtime::Error) -> bool {
    #[cfg(unix)]
    if error.root_cause().downcast_ref() == Some(&rustix::io::Errno::NOMEM) {
        return true;
    }
    let io: Option<&io::Error> = error.root_cause().downcast_ref();
    io.is_some_and(|error| error.kind() == io::ErrorKind::OutOfMemory)
}
