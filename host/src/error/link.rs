//! [`LinkError`]: why a host function could not be defined, or imports could not be resolved.

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use polyreactor_contract::quote::quoted;

use super::ErrorKind;
use super::text::{ImportName, Name, Origin};

/// Why a host function could not be defined, or the imports of a module could not be resolved.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum LinkError {
    /// The module has imports that the linker does not have, or has with another type.
    MissingImports {
        /// The file of the module; `None` where the bytes came from memory.
        file: Option<Arc<Path>>,
        /// All imports that are missing or have another type.
        imports: Vec<MissingImport>,
    },
    /// A host function of that name is defined already, by the embedder or by WASI.
    NameTaken {
        /// The name of the host function, with its module: `host.log`.
        import: Arc<str>,
    },
    /// The reactor and the linker belong to different engines.
    WrongEngine,
    /// The engine was made before the process was forked, and this process is the child. See
    /// [`Engine`](crate::Engine#forks).
    Forked,
    /// The host failed, for lack of memory, say.
    Host {
        /// What failed, as text.
        cause: String,
    },
}

/// An import that a linker does not have, or has with another type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingImport {
    /// The name of the module that the import is from, such as `host` in `host.log`.
    pub module: String,
    /// The name of the import in that module, such as `log` in `host.log`.
    pub name: String,
    /// The type of the import, such as `func (i32) -> i32`; where the module's contract declares
    /// the import, the type in the contract.
    pub ty: String,
    /// The type of the linker's definition under that name; `None` where it has none.
    pub offered: Option<String>,
    /// Whether [`Linker::missing`](crate::Linker::missing) can define a stand-in: the import is a
    /// function, and the module does not import the name with another type as well.
    pub can_stand_in: bool,
}

impl LinkError {
    /// The kind of the error. Its word ([`ErrorKind::as_str`]) stays the same from version to
    /// version.
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
                write!(f, "{} has imports that this host does not have", Origin(file.as_deref()))?;
                write_imports(f, imports)?;
                f.write_str(
                    "\nhelp: build it for WASI preview 1 (wasip1), without other imports; ",
                )?;
                f.write_str(match imports.iter().all(|it| it.can_stand_in) {
                    true => {
                        "an application can define them (`Linker::func`), or run without those \
                         that no call needs (`Linker::missing`)"
                    }
                    false => {
                        "an application can define functions (`Linker::func`), of one type for a \
                         name, and nothing else"
                    }
                })
            }
            LinkError::NameTaken { import } => write!(
                f,
                "a host function {} is defined already, by the embedder or by WASI; define this \
                 one under another name",
                ImportName(import)
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

/// Writes the imports, each on its own line after a line break.
fn write_imports(f: &mut fmt::Formatter<'_>, imports: &[MissingImport]) -> fmt::Result {
    /// A module may import hundreds of functions; of each module the rest is only counted.
    const SHOWN: usize = 8;
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for import in imports {
        let place = counts.iter().position(|(module, _)| *module == import.module);
        let place = place.unwrap_or_else(|| {
            counts.push((&import.module, 0));
            counts.len() - 1
        });
        counts[place].1 += 1;
        if counts[place].1 <= SHOWN {
            write!(f, "\n  {import}")?;
        }
    }
    for (module, count) in counts {
        if let more @ 1.. = count.saturating_sub(SHOWN) {
            write!(f, "\n  and {more} more from {}", Name(module))?;
        }
    }
    Ok(())
}

impl fmt::Display for MissingImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (module, name) = (quoted(&self.module), quoted(&self.name));
        write!(f, "{module}.{name}: {}", self.ty)?;
        match &self.offered {
            Some(offered) => write!(f, " (the host has {offered})"),
            None => Ok(()),
        }
    }
}
