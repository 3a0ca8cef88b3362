//! Why a module's imports can't be resolved.

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::ErrorKind;
use super::text::{Name, Origin};

/// Why a host function can't be defined, or a module's imports can't be resolved.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum LinkError {
    /// The module imports what the linker does not have.
    MissingImports {
        /// The file that the module is from; `None` where the bytes came from memory.
        file: Option<Arc<Path>>,
        /// All of the imports that are missing or of another type.
        imports: Vec<MissingImport>,
    },
    /// A host function of that name is defined already, by the embedder or by WASI.
    NameTaken {
        /// The name, with its module: `host.log`.
        import: Arc<str>,
    },
    /// The reactor was compiled by another engine than the linker's.
    WrongEngine,
    /// The engine was made before the process was forked, and this is the child.
    Forked,
    /// The host failed.
    Host {
        /// What happened.
        cause: String,
    },
}

/// An import that a linker has no function for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingImport {
    /// The name of the module that it is imported from.
    pub module: String,
    /// Its name there.
    pub name: String,
    /// Its type, such as `func (i32) -> i32`; where the module's contract declares it, the type
    /// there.
    pub ty: String,
    /// The type that the linker has under that name, where it has something of another type.
    pub offered: Option<String>,
}

impl LinkError {
    /// The kind of the error, in a word.
    pub fn kind(&self) -> ErrorKind {
        match self {
            LinkError::MissingImports { .. } => ErrorKind::MissingImport,
            LinkError::NameTaken { .. } => ErrorKind::NameTaken,
            LinkError::Forked => ErrorKind::Forked,
            LinkError::WrongEngine | LinkError::Host { .. } => ErrorKind::Host,
        }
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::MissingImports { file, imports } => {
                write!(f, "{} needs what this host does not have", Origin(file.as_deref()))?;
                for import in imports {
                    write!(f, "\n  {import}")?;
                }
                f.write_str(
                    "\nhelp: build it for WASI preview 1 (wasip1), without other imports; an \
                     application defines some with `Linker::func`, and runs without those that no \
                     call needs with `Linker::missing`",
                )
            }
            LinkError::NameTaken { import } => write!(
                f,
                "a host function {} is defined already; give the other one another name",
                Name(import)
            ),
            LinkError::WrongEngine => f.write_str(
                "the reactor was compiled by another engine than the linker's; make both with the \
                 same engine",
            ),
            LinkError::Forked => f.write_str(super::text::FORKED),
            LinkError::Host { cause } => write!(f, "the host failed: {cause}"),
        }
    }
}

impl StdError for LinkError {}

impl fmt::Display for MissingImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (module, name) = (self.module.escape_debug(), self.name.escape_debug());
        write!(f, "{module}.{name}: {}", self.ty)?;
        match &self.offered {
            Some(offered) => write!(f, " (the host has {offered})"),
            None => Ok(()),
        }
    }
}
