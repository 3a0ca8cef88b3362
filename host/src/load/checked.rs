//! [`CheckedModule`]: a module before it is compiled, inspected and checked.

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

/// A module that keeps the convention, before it is compiled. To compile takes by far the most
/// time; what would make the module useless can be found before.
///
/// ```
/// use polyreactor_host::{CheckedModule, Engine, EngineConfig, Linker};
///
/// # let bytes = wat::parse_str(r#"
/// #     (module (memory (export "memory") 1) (func (export "_initialize"))
/// #       (func (export "greet") (result i32) (i32.const 1)))"#)?;
/// let engine = Engine::new(&EngineConfig::new())?;
/// let checked = CheckedModule::from_bytes(&bytes)?;
/// checked.core_type("greet")?; // or an error, before a second is lost
/// Linker::new(&engine).check(&checked)?; // are all imports there?
/// let reactor = checked.compile(&engine)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CheckedModule<'a> {
    bytes: Cow<'a, [u8]>,
    pub(super) description: Description,
}

/// What a module says of itself.
pub(super) struct Description {
    pub(super) file: Option<Arc<Path>>,
    pub(super) exports: Arc<Exports>,
    pub(super) imports: Vec<Import>,
    pub(super) contract: Option<Contract>,
}

impl<'a> CheckedModule<'a> {
    /// Reads and checks a file.
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

    /// Checks a module in memory.
    ///
    /// # Errors
    ///
    /// [`LoadError::Malformed`], [`LoadError::NotAReactor`].
    pub fn from_bytes(bytes: impl Into<Cow<'a, [u8]>>) -> Result<Self, LoadError> {
        Self::new(bytes.into(), None)
    }

    /// Checks what was read from a file already; its name is for messages, and its stem is the
    /// plugin's name.
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

    /// Compiles the module, on all of the machine's cores.
    ///
    /// # Errors
    ///
    /// [`LoadError::Unsupported`]; [`LoadError::Host`] where no threads can be started, or where
    /// there is no memory for it; [`LoadError::Forked`].
    pub fn compile(self, engine: &Engine) -> Result<Reactor, LoadError> {
        Reactor::compile(engine, &self.bytes, self.description)
    }

    /// The functions that can be called, in the module's order, with their core types.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, &FuncType)> {
        self.description.exports.signatures()
    }

    /// The types that the module declares for its own functions, where it does.
    pub fn contract(&self) -> Option<&Contract> {
        self.description.contract.as_ref()
    }

    /// The core type of the function that is exported under that name.
    ///
    /// # Errors
    ///
    /// [`CallError::NoSuchExport`], [`CallError::NotAFunction`], [`CallError::Reserved`].
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
    // What is missing among the imports is told with what the linker has.
    diagnostics.retain(|found| found.severity == Severity::Error && found.rule != Rule::R007);
    if diagnostics.is_empty() {
        return Ok(());
    }
    Err(LoadError::NotAReactor { file: file.cloned(), diagnostics })
}
