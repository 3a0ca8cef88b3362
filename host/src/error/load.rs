//! [`LoadError`]: why a module could not be loaded.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use polyreactor_convention::{Diagnostic, Malformed};

use super::text::Origin;
use super::{ErrorKind, proposals};

/// Why a module could not be loaded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be read.
    Unreadable {
        /// The file of the module.
        file: Arc<Path>,
        /// The error of the operating system. Also the [`source`](StdError::source) of this error;
        /// the message does not repeat it.
        cause: Arc<io::Error>,
    },
    /// The bytes are not a valid core Wasm module: another format, a truncated file, or a module
    /// that does not validate.
    Malformed {
        /// The file of the module; `None` where the bytes came from memory.
        file: Option<Arc<Path>>,
        /// What the bytes are instead, or what is invalid.
        cause: Malformed,
    },
    /// The module is not a reactor in the sense of the convention.
    /// [`convention::patch`](crate::convention::patch) can repair some of such modules.
    NotAReactor {
        /// The file of the module; `None` where the bytes came from memory.
        file: Option<Arc<Path>>,
        /// One diagnostic for each violation, with its rule and remedy.
        diagnostics: Vec<Diagnostic>,
    },
    /// wasmtime can't compile the module, which needs a proposal beyond Wasm 3.0, say.
    Unsupported {
        /// The file of the module; `None` where the bytes came from memory.
        file: Option<Arc<Path>>,
        /// The error of wasmtime, as text.
        cause: String,
    },
    /// The engine was made before the process was forked, and this process is the child. See
    /// [`Engine`](crate::Engine#forks).
    Forked,
    /// The host failed: the threads that compile can't be spawned, or there is no memory.
    Host {
        /// What failed, as text.
        cause: String,
    },
}

impl LoadError {
    /// The kind of the error. Its word ([`ErrorKind::as_str`]) stays the same from version to
    /// version.
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
            // All other causes are written out in the message.
            _ => None,
        }
    }
}
