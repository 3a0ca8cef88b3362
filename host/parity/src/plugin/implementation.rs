//! [`Implementation`]: one of the modules under comparison, compiled.

use std::path::Path;

use anyhow::{Context, Result};
use polyreactor_host::{CheckedModule, Engine, Reactor};

/// One implementation of a plugin.
pub(crate) struct Implementation {
    pub(crate) label: String,
    pub(crate) language: Option<String>,
    pub(crate) compiler: Option<String>,
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) reactor: Reactor,
}

/// An implementation that is not compiled yet: the bytes of a module, and what is known about it.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Artifact {
    /// The short name in reports: `rust`.
    pub label: String,
    /// The bytes of the module, which must keep the reactor convention (unpatched modules of Rust
    /// are patched before).
    pub bytes: Vec<u8>,
    /// The file, for messages.
    pub file: String,
    /// The language, as allowances name it.
    pub language: Option<String>,
    /// The compiler and its version, such as `rustc 1.95.0`.
    pub compiler: Option<String>,
}

impl Artifact {
    /// An artifact without a language and a compiler.
    pub fn new(label: impl Into<String>, bytes: Vec<u8>, file: impl Into<String>) -> Self {
        Artifact { label: label.into(), bytes, file: file.into(), ..Artifact::default() }
    }
}

impl Implementation {
    pub(crate) fn compile(artifact: &Artifact, engine: &Engine) -> Result<Self> {
        let Artifact { label, bytes, file, language, compiler } = artifact.clone();
        let checked = CheckedModule::from_bytes_of(bytes.clone(), Path::new(&file));
        let reactor = checked.and_then(|checked| checked.compile(engine));
        let reactor = reactor.with_context(|| format!("`{label}` can't be loaded"))?;
        Ok(Implementation { label, language, compiler, file, bytes, reactor })
    }
}
