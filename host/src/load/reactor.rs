//! A module that keeps the convention, compiled once.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use polyreactor_contract::{Contract, FuncType};
use wasmtime::{InstancePre, Module, ModuleExport};

use crate::error::Origin;
use crate::instance::exports::Exports;
use crate::instance::state::State;
use crate::load::checked::CheckedModule;
use crate::os::fork::OfProcess;
use crate::{Engine, Error, Instance, InstanceConfig, MissingImport};

/// A compiled reactor, of which any number of instances can be made; a clone is the same one.
///
/// It exists only for a module that keeps the convention's rules about shape and needs nothing
/// that the host does not have. So making an instance can fail by the module's own doing only.
#[derive(Clone)]
pub struct Reactor {
    pub(crate) inner: Arc<Compiled>,
}

/// What the instances of a reactor share.
pub(crate) struct Compiled {
    pub(crate) pre: OfProcess<InstancePre<State>>,
    pub(crate) exports: Exports,
    /// Where the functions of `exports` are in the module.
    pub(crate) indices: Box<[ModuleExport]>,
    pub(crate) contract: Option<Contract>,
    pub(crate) stand_ins: Vec<MissingImport>,
    /// The stem of the file's name; empty where there is no file.
    pub(crate) name: Arc<str>,
    pub(crate) engine: Engine,
}

impl Reactor {
    /// Loads a file.
    ///
    /// ```no_run
    /// use polyreactor_host::{Engine, Reactor};
    ///
    /// let engine = Engine::new()?;
    /// let reactor = Reactor::from_file(&engine, "target/guests/rust/counter.wasm")?;
    /// # Ok::<(), polyreactor_host::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Load", with the file's name, the cause and what
    /// to do about it; [`Error::Forked`].
    pub fn from_file(engine: &Engine, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        match std::fs::read(path) {
            Ok(bytes) => CheckedModule::of(engine, &bytes, Some(path))?.compile(),
            Err(cause) => {
                Err(Error::Unreadable { origin: Origin::file(path), cause: Arc::new(cause) })
            }
        }
    }

    /// Loads a module from memory.
    ///
    /// What a linker wrote for a command, or without `_initialize`, is refused. Most such
    /// modules can be patched, here or once and for all when they are built:
    ///
    /// ```
    /// use polyreactor_host::convention::{PatchOptions, patch};
    /// use polyreactor_host::{Engine, Error, Reactor};
    ///
    /// let built = wat::parse_str(r#"(module (memory (export "memory") 1))"#)?;
    /// let engine = Engine::new()?;
    ///
    /// let refused = Reactor::from_bytes(&engine, &built).unwrap_err();
    /// assert!(matches!(refused, Error::NotAReactor { .. }));
    ///
    /// let patched = patch(&built, &PatchOptions::default())?;
    /// let reactor = Reactor::from_bytes(&engine, &patched.bytes)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Reactor::from_file`].
    pub fn from_bytes(engine: &Engine, bytes: impl AsRef<[u8]>) -> Result<Self, Error> {
        CheckedModule::of(engine, bytes.as_ref(), None)?.compile()
    }

    /// Loads what was read from a file already; its name is for messages.
    ///
    /// # Errors
    ///
    /// As for [`Reactor::from_file`].
    pub fn from_bytes_of(
        engine: &Engine,
        bytes: impl AsRef<[u8]>,
        path: impl AsRef<Path>,
    ) -> Result<Self, Error> {
        CheckedModule::of(engine, bytes.as_ref(), Some(path.as_ref()))?.compile()
    }

    pub(crate) fn compile(checked: CheckedModule<'_>) -> Result<Self, Error> {
        let CheckedModule { engine, bytes, origin, exports, contract, stand_ins } = checked;
        engine.check_process()?;
        let compilers = crate::engine::compilers()?;
        let compiled = compilers.install(|| Module::from_binary(engine.inner(), bytes));
        let module = compiled.map_err(|error| unsupported(&error, origin.clone()))?;
        let pre = if stand_ins.is_empty() {
            engine.linker().instantiate_pre(&module)
        } else {
            let mut linker = engine.linker().clone();
            crate::link::imports::stand_in(&mut linker, &module, &stand_ins, engine.missing())
                .and_then(|()| linker.instantiate_pre(&module))
        };
        let functions = exports.functions().iter();
        let indices = functions.map(|function| module.get_export_index(&function.name));
        let compiled = Compiled {
            // They were read out of the same bytes.
            indices: indices.map(|index| index.expect("an export of this module")).collect(),
            exports,
            contract,
            stand_ins,
            name: origin
                .path()
                .and_then(Path::file_stem)
                .unwrap_or_default()
                .to_string_lossy()
                .into(),
            engine: engine.clone(),
            pre: OfProcess::new(pre.map_err(Error::host)?),
        };
        Ok(Reactor { inner: Arc::new(compiled) })
    }

    /// Makes an instance and initialises it.
    ///
    /// ```
    /// # use polyreactor_host::{Engine, InstanceConfig, Reactor};
    /// # let engine = Engine::new()?;
    /// # let bytes = wat::parse_str(
    /// #     r#"(module (memory (export "memory") 1) (func (export "_initialize")))"#)?;
    /// # let reactor = Reactor::from_bytes(&engine, &bytes)?;
    /// let config = InstanceConfig::new().inherit_output();
    /// let instance = reactor.instantiate(&config)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InitFailed`] where the guest's `_initialize` did not return;
    /// [`Error::Directory`]; [`Error::TooManyInstances`]; [`Error::Forked`]; [`Error::Host`] where
    /// the host has no room for one more.
    pub fn instantiate(&self, config: &InstanceConfig) -> Result<Instance, Error> {
        Instance::new(&self.inner, config)
    }

    /// The functions that can be called, in the module's order.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, &FuncType)> {
        self.inner.exports.signatures()
    }

    /// What the module says of its own functions' types, where it does.
    pub fn contract(&self) -> Option<&Contract> {
        self.inner.contract.as_ref()
    }

    /// The type of the function that is exported under that name.
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Look-up".
    pub fn signature(&self, name: &str) -> Result<&FuncType, Error> {
        self.inner.exports.find(name).map(|(_, function)| &function.signature)
    }

    /// The functions that the module imports and the host does not have, and that something
    /// stands in for ([`EngineBuilder::missing`](crate::EngineBuilder::missing)).
    pub fn stand_ins(&self) -> &[MissingImport] {
        &self.inner.stand_ins
    }
}

/// Why a module can't be compiled.
fn unsupported(error: &wasmtime::Error, origin: Origin) -> Error {
    // The outer message says that compiling failed, the innermost one why.
    Error::Unsupported { origin, cause: error.root_cause().to_string() }
}

impl fmt::Debug for Reactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor").finish_non_exhaustive()
    }
}
