//! [`InstantiateError`]: why an instance could not be made.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::display::{Body, quoted};
use super::text::File;
use super::{CallError, ErrorKind, Growth, LastLines, LinkError, Resource};

/// Why an instance could not be made. There is no instance then, and nothing to poison: another one
/// can be made of the same reactor.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum InstantiateError {
    /// `_initialize` did not return. An [exit](CallError::Exit) with status 0 is a failure as well
    /// (CONVENTION B001).
    InitFailed {
        /// How `_initialize` ended: also by a timeout
        /// ([`InstanceConfig::init_timeout`](crate::InstanceConfig::init_timeout)) or a
        /// [`Cancellation`](crate::Cancellation), which may have been cancelled before.
        cause: Arc<CallError>,
        /// The last lines that the guest wrote in `_initialize`.
        last_lines: LastLines,
    },
    /// The module imports more than WASI preview 1. Only
    /// [`Reactor::instantiate`](crate::Reactor::instantiate) returns this: a module that needs host
    /// functions is linked first ([`Linker::link`](crate::Linker::link)).
    Link(LinkError),
    /// A directory of the [`InstanceConfig`](crate::InstanceConfig::directory) can't be opened, or
    /// its guest path is invalid.
    Directory {
        /// The directory on the host.
        path: PathBuf,
        /// The error of the operating system, or what is wrong with the guest path, as text.
        cause: String,
    },
    /// The initial size that the module declares for its memory or for a table is over the limit of
    /// the [`InstanceConfig`](crate::InstanceConfig). No guest code has run.
    OutOfMemory {
        /// Whether the memory or a table is too large.
        resource: Resource,
        /// The limit, in bytes of memory or in elements of a table.
        limit: u64,
    },
    /// As many instances as the engine allows
    /// ([`EngineConfig::max_instances`](crate::EngineConfig::max_instances)) are alive.
    TooManyInstances {
        /// The number of instances that the engine allows.
        limit: u32,
    },
    /// The engine was made before the process was forked, and this process is the child. See
    /// [`Engine`](crate::Engine#forks).
    Forked,
    /// The host failed: there is no memory, address space or stack for the instance, or the thread
    /// of the epoch ticker can't be spawned.
    Host {
        /// What failed, as text.
        cause: String,
    },
}

impl InstantiateError {
    /// The kind of the error. For [`InitFailed`](InstantiateError::InitFailed) and
    /// [`Link`](InstantiateError::Link), the kind of the error inside.
    pub fn kind(&self) -> ErrorKind {
        match self {
            InstantiateError::InitFailed { cause, .. } => cause.kind(),
            InstantiateError::Link(error) => error.kind(),
            InstantiateError::Directory { .. } => ErrorKind::Directory,
            InstantiateError::OutOfMemory { .. } => ErrorKind::OutOfMemory,
            InstantiateError::TooManyInstances { .. } => ErrorKind::TooManyInstances,
            InstantiateError::Forked => ErrorKind::Forked,
            InstantiateError::Host { .. } => ErrorKind::Host,
        }
    }

    /// The last lines that the guest wrote in `_initialize`; `None` for all variants but
    /// [`InitFailed`](InstantiateError::InitFailed).
    pub fn last_lines(&self) -> Option<&LastLines> {
        match self {
            InstantiateError::InitFailed { last_lines, .. } => Some(last_lines),
            _ => None,
        }
    }
}

impl fmt::Display for InstantiateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InstantiateError::InitFailed { cause, last_lines } => {
                write!(f, "`_initialize` failed: {}", Body(cause))?;
                // A panic message has quoted the guest already: the lines are not written twice.
                let lines = match cause.last_lines() {
                    Some(_) => quoted(cause),
                    None => Some(last_lines),
                };
                lines.map_or(Ok(()), |lines| lines.fmt(f))
            }
            InstantiateError::Link(error) => error.fmt(f),
            InstantiateError::Directory { path, cause } => {
                write!(f, "the directory {} can't be given to the guest: {cause}", File(path))
            }
            InstantiateError::OutOfMemory { resource, limit } => {
                let growth = Growth { resource: *resource, limit: *limit };
                write!(f, "the module starts with {growth}")
            }
            InstantiateError::TooManyInstances { limit } => write!(
                f,
                "there are {limit} instances already, as many as this engine allows; drop one, or \
                 allow more (`EngineConfig::max_instances`)",
            ),
            InstantiateError::Forked => f.write_str(super::text::FORKED),
            InstantiateError::Host { cause } => write!(f, "the host failed: {cause}"),
        }
    }
}

impl StdError for InstantiateError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // All causes are written out in the message, except the error of a host function.
            InstantiateError::InitFailed { cause, .. } => cause.source(),
            _ => None,
        }
    }
}

impl From<LinkError> for InstantiateError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Forked => InstantiateError::Forked,
            LinkError::Host { cause } => InstantiateError::Host { cause },
            other => InstantiateError::Link(other),
        }
    }
}
