//! [`CheckedModule`]: a module that has been inspected and checked, and not compiled yet.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use polyreactor_contract::{Contract, FuncType};
use polyreactor_convention::{CheckOptions, Import, Inspection, Rule, Severity, check, inspect};

use crate::engine::Engine;
use crate::error::{CallError, LoadError};
use crate::instance::exports::Exports;
use crate::load::Reactor;

/// A module without errors by the convention's rules about shape (CONVENTION R001–R014), not
/// compiled yet. Imports (R007) are checked by the linker instead: [`Linker::check`].
///
/// Compiling takes by far the most time of loading. Missing exports and imports can be found before
/// that:
///
/// ```
/// use polyreactor_host::{CheckedModule, Engine, EngineConfig, Linker};
///
/// # let bytes = wat::parse_str(r#"
/// #     (module (memory (export "memory") 1) (func (export "_initialize"))
/// #       (func (export "greet") (result i32) (i32.const 1)))"#)?;
/// let engine = Engine::new(&EngineConfig::new())?;
/// let checked = CheckedModule::from_bytes(&bytes)?;
/// checked.core_type("greet")?; // an error if `greet` is not exported
/// Linker::new(&engine).check(&checked)?; // an error if an import is missing
/// let reactor = checked.compile(&engine)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`Linker::check`]: crate::Linker::check
pub struct CheckedModule<'a> {
    bytes: Cow<'a, [u8]>,
    pub(super) description: Description,
}

/// The parts of the inspection that a reactor keeps.
pub(super) struct Description {
    pub(super) file: Option<Arc<Path>>,
    pub(super) exports: Arc<Exports>,
    pub(super) imports: Vec<Import>,
    pub(super) contract: Option<Contract>,
}

impl<'a> CheckedModule<'a> {
    /// Reads a file and checks the module in it. The file's name without its extension becomes the
    /// plugin's name.
    ///
    /// # Errors
    ///
    /// [`LoadError::Unreadable`], [`LoadError::Malformed`], [`LoadError::NotAReactor`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<CheckedModule<'static>, LoadError> {
        let path = path.as_ref();
        match std::fs::read(path) {
            Ok(bytes) => CheckedModule::from_bytes_of(bytes, path),
            Err(cause) => Err(LoadError::Unreadable { file: path.into(), cause: Arc::new(cause) }),
        }
    }

    /// Checks a module in memory. The plugin's name is empty.
    ///
    /// # Errors
    ///
    /// [`LoadError::Malformed`], [`LoadError::NotAReactor`].
    pub fn from_bytes(bytes: impl Into<Cow<'a, [u8]>>) -> Result<Self, LoadError> {
        Self::new(bytes.into(), None)
    }

    /// Checks the bytes of a file that has been read already. `path` is not opened: error messages
    /// show it, and its file name without the extension becomes the plugin's name.
    ///
    /// # Errors
    ///
    /// As for [`CheckedModule::from_bytes`].
    pub fn from_bytes_of(
        bytes: impl Into<Cow<'a, [u8]>>,
        path: impl AsRef<Path>,
    ) -> Result<Self, LoadError> {
        Self::new(bytes.into(), Some(path.as_ref().into()))
    }

    fn new(bytes: Cow<'a, [u8]>, file: Option<Arc<Path>>) -> Result<Self, LoadError> {
        let mut inspection = match inspect(&bytes) {
            Ok(inspection) => inspection,
            Err(cause) => return Err(LoadError::Malformed { file, cause }),
        };
        refuse_faults(&inspection, file.as_ref())?;
        let description = Description {
            file,
            exports: Arc::new(Exports::of(&inspection)),
            contract: inspection.declared().cloned(),
            imports: std::mem::take(&mut inspection.imports),
        };
        Ok(CheckedModule { bytes, description })
    }

    /// Compiles the module on all cores of the machine, and blocks until that is done.
    ///
    /// # Errors
    ///
    /// - [`LoadError::Unsupported`] where wasmtime can't compile the module.
    /// - [`LoadError::Host`] where the threads that compile can't be started.
    /// - [`LoadError::Forked`] in a forked child of the process that made `engine`.
    pub fn compile(self, engine: &Engine) -> Result<Reactor, LoadError> {
        Reactor::compile(engine, &self.bytes, self.description)
    }

    /// Names and core types of the exported functions that an embedder can call, in the module's
    /// order: all but `_initialize`, under any name, and `_start`.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, &FuncType)> {
        self.description.exports.signatures()
    }

    /// The contract in the module's section `polyreactor.contract`; `None` where the module has no
    /// such section.
    pub fn contract(&self) -> Option<&Contract> {
        self.description.contract.as_ref()
    }

    /// The core type of the exported function `name`.
    ///
    /// # Errors
    ///
    /// [`CallError::NoSuchExport`], [`CallError::NotAFunction`], or [`CallError::Reserved`] for
    /// `_initialize` and `_start`.
    pub fn core_type(&self, name: &str) -> Result<&FuncType, CallError> {
        self.description.exports.find(name).map(|(_, function)| &function.signature)
    }

    pub(crate) fn imports(&self) -> &[Import] {
        &self.description.imports
    }

    pub(crate) fn file(&self) -> Option<&Arc<Path>> {
        self.description.file.as_ref()
    }
}

impl fmt::Debug for CheckedModule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedModule").field("file", &self.file()).finish_non_exhaustive()
    }
}

fn refuse_faults(inspection: &Inspection, file: Option<&Arc<Path>>) -> Result<(), LoadError> {
    let mut diagnostics = check(inspection, &CheckOptions::default());
    // The linker reports missing imports, together with the types of the functions that it has.
    diagnostics.retain(|found| found.severity == Severity::Error && found.rule != Rule::R007);
    if diagnostics.is_empty() {
        return Ok(());
    }
    Err(LoadError::NotAReactor { file: file.cloned(), diagnostics })
}
