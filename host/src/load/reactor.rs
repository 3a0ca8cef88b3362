//! [`Reactor`]: a module that keeps the convention, compiled once.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use polyreactor_contract::{Contract, FuncType};
use polyreactor_convention::Import;
use wasmtime::Module;

use crate::engine::{Engine, compilers};
use crate::error::{CallError, LoadError};
use crate::instance::exports::Exports;
use crate::instance::template::Template;
use crate::load::CheckedModule;
use crate::load::checked::Description;
use crate::os::fork::OfProcess;

/// A compiled reactor, of which any number of instances can be made; a clone is the same one.
///
/// It exists only for a module that keeps the convention's rules about shape.
#[derive(Clone)]
pub struct Reactor {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    module: OfProcess<Module>,
    description: Description,
    /// The plugin's name: the stem of the file's name; empty where there is no file.
    plugin: Arc<str>,
    /// Linked with WASI and nothing else, when that is first needed.
    wasi_only: OnceLock<Arc<Template>>,
}

impl Reactor {
    /// Loads a file: reads, checks and compiles the module.
    ///
    /// ```no_run
    /// use polyreactor_host::{Engine, EngineConfig, Reactor};
    ///
    /// let engine = Engine::new(&EngineConfig::new())?;
    /// let reactor = Reactor::from_file(&engine, "target/guests/rust/counter.wasm")?;
    /// # Ok::<(), polyreactor_host::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LoadError`], with the file's name, the cause and the remedy.
    pub fn from_file(engine: &Engine, path: impl AsRef<Path>) -> Result<Self, LoadError> {
        CheckedModule::from_file(path)?.compile(engine)
    }

    /// Loads a module from memory.
    ///
    /// A module that a linker wrapped as a command, or one without `_initialize`, is refused. Most
    /// such modules can be patched, here or once and for all when they are built:
    ///
    /// ```
    /// use polyreactor_convention::{PatchOptions, patch};
    /// use polyreactor_host::{Engine, EngineConfig, LoadError, Reactor};
    ///
    /// let built = wat::parse_str(r#"(module (memory (export "memory") 1))"#)?;
    /// let engine = Engine::new(&EngineConfig::new())?;
    ///
    /// let refused = Reactor::from_bytes(&engine, &built).unwrap_err();
    /// assert!(matches!(refused, LoadError::NotAReactor { .. }));
    ///
    /// let patched = patch(&built, &PatchOptions::default())?;
    /// let reactor = Reactor::from_bytes(&engine, &patched.bytes)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Reactor::from_file`].
    pub fn from_bytes(engine: &Engine, bytes: impl AsRef<[u8]>) -> Result<Self, LoadError> {
        CheckedModule::from_bytes(bytes.as_ref())?.compile(engine)
    }

    /// Loads what was read from a file already; its name is for messages, and its stem is the
    /// plugin's name.
    ///
    /// # Errors
    ///
    /// As for [`Reactor::from_file`].
    pub fn from_bytes_of(
        engine: &Engine,
        bytes: impl AsRef<[u8]>,
        path: impl AsRef<Path>,
    ) -> Result<Self, LoadError> {
        CheckedModule::from_bytes_of(bytes.as_ref(), path)?.compile(engine)
    }

    pub(super) fn compile(
        engine: &Engine,
        bytes: &[u8],
        description: Description,
    ) -> Result<Self, LoadError> {
        if engine.is_forked() {
            return Err(LoadError::Forked);
        }
        let compiled = compilers()?.install(|| Module::from_binary(engine.inner(), bytes));
        let module = compiled.map_err(|error| {
            // The outer message says that compiling failed, the innermost one why.
            let cause = error.root_cause().to_string();
            LoadError::Unsupported { file: description.file.clone(), cause }
        })?;
        let stem = description.file.as_deref().and_then(Path::file_stem).unwrap_or_default();
        let inner = Inner {
            engine: engine.clone(),
            module: OfProcess::new(module),
            plugin: stem.to_string_lossy().into(),
            description,
            wasi_only: OnceLock::new(),
        };
        Ok(Reactor { inner: Arc::new(inner) })
    }

    /// The functions that can be called, in the module's order, with their core types.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, &FuncType)> {
        self.export_table().signatures()
    }

    /// The types that the module declares for its own functions, where it does.
    pub fn contract(&self) -> Option<&Contract> {
        self.inner.description.contract.as_ref()
    }

    /// The core type of the function that is exported under that name.
    ///
    /// # Errors
    ///
    /// [`CallError::NoSuchExport`], [`CallError::NotAFunction`], [`CallError::Reserved`].
    pub fn core_type(&self, name: &str) -> Result<&FuncType, CallError> {
        self.export_table().find(name).map(|(_, function)| &function.signature)
    }

    /// Whether the module is a snapshot that was taken after its `_initialize` (R010).
    pub fn is_preinitialised(&self) -> bool {
        self.export_table().is_preinitialised()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub(crate) fn module(&self) -> &Module {
        &self.inner.module
    }

    pub(crate) fn export_table(&self) -> &Arc<Exports> {
        &self.inner.description.exports
    }

    pub(crate) fn imports(&self) -> &[Import] {
        &self.inner.description.imports
    }

    pub(crate) fn file(&self) -> Option<&Arc<Path>> {
        self.inner.description.file.as_ref()
    }

    pub(crate) fn plugin(&self) -> &Arc<str> {
        &self.inner.plugin
    }

    pub(crate) fn wasi_only(&self) -> &OnceLock<Arc<Template>> {
        &self.inner.wasi_only
    }
}

impl fmt::Debug for Reactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor").field("plugin", &self.inner.plugin).finish_non_exhaustive()
    }
}
