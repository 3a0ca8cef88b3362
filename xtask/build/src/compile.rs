//! The second stage: a guest in; what its own compiler made of it out. A file a language.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use polyreactor_convention::{Language, Tool};

use crate::find::{Guest, Project};

mod explained;
mod go;
mod runtime;
mod rust;
mod zig;

/// How to compile.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Options {
    /// Keep the debug information (DWARF).
    pub debug: bool,
    /// Leave the function names out of what ships.
    pub strip: bool,
    /// Fail where a lock file would have to change.
    pub locked: bool,
}

impl Options {
    /// With debug information.
    pub fn debug(self, debug: bool) -> Self {
        Options { debug, ..self }
    }

    /// Without function names.
    pub fn strip(self, strip: bool) -> Self {
        Options { strip, ..self }
    }

    /// With lock files as they are.
    pub fn locked(self, locked: bool) -> Self {
        Options { locked, ..self }
    }
}

/// What a compiler made.
pub(crate) struct Compiled {
    pub(crate) bytes: Vec<u8>,
    pub(crate) compiler: Tool,
}

/// Compiles a guest. The compiler's own messages go to stderr as they are.
pub(crate) fn compile(project: &Project, guest: &Guest, options: Options) -> Result<Compiled> {
    let scratch = project.target.join("guests").join(".build");
    match guest.language {
        Language::Rust => rust::compile(guest, options, &scratch),
        Language::Go => go::compile(guest, &scratch),
        Language::Zig => zig::compile(guest, &scratch),
        other => bail!("{other} has no build stage"),
    }
}

/// A folder with nothing in it, so that what is found there afterwards is new.
fn empty_folder(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot empty {}", path.display()))?;
    }
    fs::create_dir_all(path).with_context(|| format!("cannot write to {}", path.display()))
}
