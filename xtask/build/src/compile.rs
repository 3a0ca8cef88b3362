//! The second stage: compiles a guest with the compiler of its language. Everything that the
//! pipeline knows about a language is in that language's [`Adapter`]; each adapter is one file.
//! Nothing here knows the convention's rules about a module's shape: `pipeline` checks and patches
//! the output.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::Metadata;
use polyreactor_convention::{Language, Tool};

use crate::plugin::{Key, Settings};
use crate::project::{Guest, Project};
use crate::toolchain::Found;

mod explained;
mod go;
mod ignored;
mod reserved;
mod runtime;
mod rust;
mod zig;

/// The adapters of all languages in which plugins can be written.
pub(crate) static ADAPTERS: [&dyn Adapter; 3] = [&rust::Adapter, &go::Adapter, &zig::Adapter];

/// A language, as the pipeline uses it.
pub(crate) trait Adapter: Sync {
    fn language(&self) -> Language;

    /// The name of the language as a folder in a plugin, a table in `plugin.toml`, a folder of
    /// artifacts, and on the command line.
    fn folder(&self) -> &'static str;

    /// The file that an implementation's folder must contain.
    fn marker(&self) -> &'static str;

    /// The keys of the language's table in `plugin.toml`.
    fn keys(&self) -> &'static [Key];

    /// The folder of an implementation that lies outside of the plugin's folder, if the settings
    /// name one.
    fn elsewhere(&self, _: &Settings, _project: &Metadata) -> Result<Option<PathBuf>> {
        Ok(None)
    }

    /// The environment variable with which a user chooses the toolchain, if there is one.
    fn variable(&self) -> Option<&'static str>;

    /// Looks for the toolchain that would build in `folder`. Fetches and changes nothing.
    fn look(&self, folder: &Path) -> Found;

    /// Compiles a guest. The compiler's messages go to stderr unchanged.
    fn compile(&self, build: &Build<'_>) -> Result<Compiled>;

    /// The inputs of the guest beside its own folder: files and folders that its build depends on.
    fn inputs(&self, guest: &Guest) -> Result<BTreeSet<PathBuf>>;

    /// A probable cause of a missing export in the compiled guest, with the remedy.
    fn why_not_exported(&self, guest: &Guest) -> Option<String>;
}

/// The adapter of a language.
pub(crate) fn adapter(language: Language) -> Result<&'static dyn Adapter> {
    match ADAPTERS.iter().find(|adapter| adapter.language() == language) {
        Some(adapter) => Ok(*adapter),
        None => bail!("plugins cannot be built from {language}"),
    }
}

/// Options of a build; the default has none of them set: debug information is removed, function
/// names are kept.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Options {
    /// Keep the debug information (DWARF).
    pub debug: bool,
    /// Remove the function names from the artifact.
    pub strip: bool,
    /// Fail if a `Cargo.lock` would have to change. Affects Rust only.
    pub locked: bool,
}

impl Options {
    /// Sets whether to keep the debug information (DWARF).
    pub fn debug(self, debug: bool) -> Self {
        Options { debug, ..self }
    }

    /// Sets whether to remove the function names from the artifact.
    pub fn strip(self, strip: bool) -> Self {
        Options { strip, ..self }
    }

    /// Sets whether to fail if a `Cargo.lock` would have to change.
    pub fn locked(self, locked: bool) -> Self {
        Options { locked, ..self }
    }
}

/// A guest to compile.
pub(crate) struct Build<'a> {
    pub(crate) project: &'a Project,
    pub(crate) guest: &'a Guest,
    pub(crate) options: Options,
    /// The folder of target folders and caches, which later builds reuse.
    scratch: PathBuf,
}

impl<'a> Build<'a> {
    pub(crate) fn new(project: &'a Project, guest: &'a Guest, options: Options) -> Self {
        let scratch = project.target.join("guests").join(".build");
        Build { project, guest, options, scratch }
    }
}

/// The output of a compiler.
pub(crate) struct Compiled {
    pub(crate) bytes: Vec<u8>,
    /// The compiler's own output, where `bytes` was compiled with another start code.
    pub(crate) plain: Option<Vec<u8>>,
    pub(crate) compiler: Tool,
    /// Notes on the behaviour of the guest (rules `B…`).
    pub(crate) notes: Vec<String>,
    /// Notes on settings of this machine that were kept out of the build, or that change it on this
    /// machine only.
    pub(crate) ignored: Vec<String>,
}

/// Creates or empties a folder, so that files found there afterwards are new.
fn empty_folder(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot empty {}", path.display()))?;
    }
    fs::create_dir_all(path).with_context(|| format!("cannot write to {}", path.display()))
}

/// The folders that are reachable from `folder` through files with the name `file`: `named` returns
/// the paths that such a file names, relative to its folder.
fn reachable(
    folder: &Path,
    file: &str,
    named: &dyn Fn(&Path) -> Result<Vec<String>>,
) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        let file = folder.join(file);
        if !file.is_file() {
            continue;
        }
        for other in named(&file)? {
            // Resolves `..`; otherwise one folder could be found under many paths, without end.
            let Ok(other) = folder.join(other).canonicalize() else { continue };
            if found.insert(other.clone()) {
                pending.push(other);
            }
        }
    }
    Ok(found)
}
