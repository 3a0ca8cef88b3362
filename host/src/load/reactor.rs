//! [`Reactor`]: a compiled module that keeps the convention.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use polyreactor_contract::{Contract, FuncType, WASI_MODULE};
use polyreactor_convention::{ExternType, Import};
use wasmtime::Module;

use crate::engine::{Engine, compilers};
use crate::error::{CallError, LoadError};
use crate::instance::exports::Exports;
use crate::instance::template::Template;
use crate::load::CheckedModule;
use crate::load::checked::Description;
use crate::os::fork::OfProcess;

/// A compiled reactor, of which any number of instances can be made. A clone is a handle to the
/// same reactor.
///
/// A `Reactor` exists only for a module without errors by the convention's rules about shape
/// (CONVENTION R001–R014). Imports (R007) are checked when the reactor is
/// [linked](crate::Linker::link).
#[derive(Clone)]
pub struct Reactor {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    module: OfProcess<Module>,
    description: Description,
    /// The plugin's name: the file's name without its extension; empty where there is no file.
    plugin: Arc<str>,
    /// The template that is linked with WASI only; made by the first `Reactor::instantiate`.
    wasi_only: OnceLock<Arc<Template>>,
}

impl Reactor {
    /// Reads a file, checks the module in it and compiles the module. The file's name without its
    /// extension becomes the plugin's name.
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
    /// [`LoadError`], with the file's name and the cause, and where there is one the remedy.
    pub fn from_file(engine: &Engine, path: impl AsRef<Path>) -> Result<Self, LoadError> {
        CheckedModule::from_file(path)?.compile(engine)
    }

    /// Checks a module in memory and compiles it. The plugin's name is empty.
    ///
    /// A module whose exports are command wrappers (R003), or one without `_initialize` (R001), is
    /// refused. Most such modules can be patched, when they are loaded (as here) or when they are
    /// built (`cargo polyreactor patch`):
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

    /// Checks and compiles the bytes of a file that has been read already. `path` is not opened:
    /// error messages show it, and its file name without the extension becomes the plugin's name.
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
            // The outer message says only that compiling failed; the root cause says why.
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

    /// Names and core types of the exported functions that an embedder can call, in the module's
    /// order: all but `_initialize`, under any name, and `_start`.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, &FuncType)> {
        self.export_table().signatures()
    }

    /// The contract in the module's section `polyreactor.contract`; `None` where the module has no
    /// such section.
    pub fn contract(&self) -> Option<&Contract> {
        self.inner.description.contract.as_ref()
    }

    /// The core type of the exported function `name`.
    ///
    /// # Errors
    ///
    /// [`CallError::NoSuchExport`], [`CallError::NotAFunction`], or [`CallError::Reserved`] for
    /// `_initialize` and `_start`.
    pub fn core_type(&self, name: &str) -> Result<&FuncType, CallError> {
        self.export_table().find(name).map(|(_, function)| &function.signature)
    }

    /// Whether the module is pre-initialised: a snapshot taken after `_initialize` had run (R010).
    pub fn is_preinitialised(&self) -> bool {
        self.export_table().is_preinitialised()
    }

    /// The functions that the module imports from the embedder, which are all but those of WASI
    /// preview 1: module, name and core type, in the module's order.
    pub fn host_imports(&self) -> impl Iterator<Item = (&str, &str, &FuncType)> {
        self.imports().iter().filter_map(|import| match &import.ty {
            ExternType::Func(ty) if import.module != WASI_MODULE => {
                Some((&*import.module, &*import.name, ty))
            }
            _ => None,
        })
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
