//! The second stage: a guest is compiled by its language's own compiler. What the pipeline has to
//! know of a language is one adapter, a file each.

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
mod runtime;
mod rust;
mod zig;

/// Every language in which plugins can be written.
pub(crate) static ADAPTERS: [&dyn Adapter; 3] = [&rust::Adapter, &go::Adapter, &zig::Adapter];

/// What the pipeline asks of a language.
pub(crate) trait Adapter: Sync {
    fn language(&self) -> Language;

    /// The name of its folder in a plugin, of its table in `plugin.toml`, and on the command line.
    fn folder(&self) -> &'static str;

    /// The file that makes such a folder an implementation.
    fn marker(&self) -> &'static str;

    /// The keys of its table in `plugin.toml`.
    fn keys(&self) -> &'static [Key];

    /// The folder of an implementation that has none in the plugin's, where the settings say one.
    fn elsewhere(&self, _: &Settings, _project: &Metadata) -> Result<Option<PathBuf>> {
        Ok(None)
    }

    /// The variable by which a user chooses the toolchain, where there is one.
    fn variable(&self) -> Option<&'static str>;

    /// Looks for the toolchain that would build in `folder`, and changes nothing.
    fn look(&self, folder: &Path) -> Found;

    /// Compiles a guest. The compiler's own messages go to stderr as they are.
    fn compile(&self, build: &Build<'_>) -> Result<Compiled>;

    /// The files and folders whose change makes the guest another one, beside its own folder.
    fn inputs(&self, guest: &Guest) -> Result<BTreeSet<PathBuf>>;

    /// What may be the reason that the compiled guest does not export what it should.
    fn why_not_exported(&self, guest: &Guest) -> Option<String>;
}

/// The adapter of a language.
pub(crate) fn adapter(language: Language) -> Result<&'static dyn Adapter> {
    match ADAPTERS.iter().find(|adapter| adapter.language() == language) {
        Some(adapter) => Ok(*adapter),
        None => bail!("plugins cannot be built from {language}"),
    }
}

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

/// A guest that is to be compiled.
pub(crate) struct Build<'a> {
    pub(crate) project: &'a Project,
    pub(crate) guest: &'a Guest,
    pub(crate) options: Options,
    /// The folder for what compilers keep from one time to the next.
    scratch: PathBuf,
}

impl<'a> Build<'a> {
    pub(crate) fn new(project: &'a Project, guest: &'a Guest, options: Options) -> Self {
        let scratch = project.target.join("guests").join(".build");
        Build { project, guest, options, scratch }
    }
}

/// What a compiler made.
pub(crate) struct Compiled {
    pub(crate) bytes: Vec<u8>,
    /// What it makes by itself, where it was told to do something more.
    pub(crate) by_itself: Option<Vec<u8>>,
    pub(crate) compiler: Tool,
    /// What is worth knowing of how the guest behaves.
    pub(crate) notes: Vec<String>,
    /// Settings of this machine that were left out of the build, or that it should not depend on.
    pub(crate) ignored: Vec<String>,
}

/// A folder with nothing in it, so that what is found there afterwards is new.
fn empty_folder(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot empty {}", path.display()))?;
    }
    fs::create_dir_all(path).with_context(|| format!("cannot write to {}", path.display()))
}

/// The folders that `file` names in `folder`, and in each of those in turn.
fn named_in_turn(
    folder: &Path,
    file: &str,
    named: &dyn Fn(&Path) -> Result<Vec<String>>,
) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut ahead = vec![folder.to_owned()];
    while let Some(folder) = ahead.pop() {
        let file = folder.join(file);
        if !file.is_file() {
            continue;
        }
        for other in named(&file)? {
            // Without the `..`, or one folder is found by many names.
            let Ok(other) = folder.join(other).canonicalize() else { continue };
            if found.insert(other.clone()) {
                ahead.push(other);
            }
        }
    }
    Ok(found)
}
