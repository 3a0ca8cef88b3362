//! Why an instance can't be made.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::display::{Body, quoted};
use super::text::Name;
use super::{CallError, ErrorKind, Growth, LastLines, LinkError, Resource};

/// Why an instance can't be made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum InstantiateError {
    /// `_initialize` did not return. An [exit](CallError::Exit) with status 0 is a failure as well.
    InitFailed {
        /// How it ended instead.
        cause: Arc<CallError>,
        /// What the guest wrote last.
        last_lines: LastLines,
    },
    /// The module imports what is not linked: who calls
    /// [`Reactor::instantiate`](crate::Reactor::instantiate) has WASI and nothing else.
    Link(LinkError),
    /// A directory can't be given to the guest.
    Directory {
        /// The directory of the host's.
        path: PathBuf,
        /// Why not.
        cause: String,
    },
    /// The module asks for more memory, or a larger table, than allowed, before anything of it
    /// runs.
    OutOfMemory {
        /// What it asks for.
        resource: Resource,
        /// What is allowed, in bytes or elements.
        limit: u64,
    },
    /// The engine allows no more instances at once.
    TooManyInstances {
        /// As many as it allows.
        limit: u32,
    },
    /// The engine was made before the process was forked, and this is the child.
    Forked,
    /// The host failed: it has no memory left, say.
    Host {
        /// What happened.
        cause: String,
    },
}

impl InstantiateError {
    /// The kind of the error, in a word; of a failed `_initialize`, the kind of its cause.
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

    /// What the guest wrote last in `_initialize`; `None` where it did not run.
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
                // Where the cause's message holds them already, they are not said twice.
                let lines = match cause.last_lines() {
                    Some(_) => quoted(cause),
                    None => Some(last_lines),
                };
                lines.map_or(Ok(()), |lines| lines.fmt(f))
            }
            InstantiateError::Link(error) => error.fmt(f),
            InstantiateError::Directory { path, cause } => write!(
                f,
                "the directory {} can't be given to the guest: {cause}",
                Name(&path.to_string_lossy())
            ),
            InstantiateError::OutOfMemory { resource, limit } => {
                let growth = Growth { resource: *resource, limit: *limit };
                write!(f, "the guest wants {growth} from the beginning")
            }
            InstantiateError::TooManyInstances { limit } => write!(
                f,
                "there are {limit} instances already, as many as this engine allows; drop one, or \
                 allow more with `EngineConfig::max_instances`",
            ),
            InstantiateError::Forked => f.write_str(super::text::FORKED),
            InstantiateError::Host { cause } => write!(f, "the host failed: {cause}"),
        }
    }
}

impl StdError for InstantiateError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // The cause is written out in the message, but for an error of the embedder's.
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
