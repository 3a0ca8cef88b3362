//! Why a module can't be loaded.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use polyreactor_convention::{Diagnostic, Malformed};

use super::text::Origin;
use super::{ErrorKind, proposals};

/// Why a module can't be loaded. `file` is the file's name; `None` where the bytes came from memory.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum LoadError {
    /// The file can't be read.
    Unreadable {
        /// The file.
        file: Arc<Path>,
        /// What the system said; the [`source`](StdError::source).
        cause: Arc<io::Error>,
    },
    /// The bytes are no core Wasm module, or not a whole one.
    Malformed {
        /// Where they are from.
        file: Option<Arc<Path>>,
        /// What they are instead.
        cause: Malformed,
    },
    /// A module that is no reactor. `polyreactor_convention::patch` mends some of them.
    NotAReactor {
        /// Where the module is from.
        file: Option<Arc<Path>>,
        /// Every rule that it breaks.
        diagnostics: Vec<Diagnostic>,
    },
    /// A module that the engine can't compile, such as one that needs a proposal beyond Wasm 3.0.
    Unsupported {
        /// Where the module is from.
        file: Option<Arc<Path>>,
        /// What the engine said.
        cause: String,
    },
    /// The engine was made before the process was forked, and this is the child.
    Forked,
    /// The host failed: no thread that compiles can be started, or there is no memory.
    Host {
        /// What happened.
        cause: String,
    },
}

impl LoadError {
    /// The kind of the error, in a word.
    pub fn kind(&self) -> ErrorKind {
        match self {
            LoadError::Unreadable { .. } => ErrorKind::Unreadable,
            LoadError::Malformed { .. } => ErrorKind::Malformed,
            LoadError::NotAReactor { .. } => ErrorKind::NotAReactor,
            LoadError::Unsupported { .. } => ErrorKind::Unsupported,
            LoadError::Forked => ErrorKind::Forked,
            LoadError::Host { .. } => ErrorKind::Host,
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Unreadable { file, .. } => {
                write!(f, "{} can't be read", Origin(Some(file)))
            }
            LoadError::Malformed { file, cause } => {
                write!(f, "{}: {cause}", Origin(file.as_deref()))
            }
            LoadError::NotAReactor { file, diagnostics } => {
                write!(f, "{} is no reactor", Origin(file.as_deref()))?;
                for diagnostic in diagnostics {
                    write!(f, "\n{diagnostic}")?;
                }
                Ok(())
            }
            LoadError::Unsupported { file, cause } => {
                let origin = Origin(file.as_deref());
                write!(f, "{origin} can't be compiled: {}", cause.escape_debug())?;
                write!(f, "\nhelp: {}", proposals::remedy(cause))
            }
            LoadError::Forked => f.write_str(super::text::FORKED),
            LoadError::Host { cause } => write!(f, "the host failed: {cause}"),
        }
    }
}

impl StdError for LoadError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            LoadError::Unreadable { cause, .. } => Some(&**cause),
            // The others are written out in the message.
            _ => None,
        }
    }
}
