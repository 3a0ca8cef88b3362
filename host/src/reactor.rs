//! A module that keeps the convention, compiled once: bytes in, a [`Reactor`] out.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use polyreactor_contract::{Contract, FuncType};
use polyreactor_convention::{CheckOptions, Inspection, Rule, Severity, check, inspect};
use wasmtime::{InstancePre, Module};

use crate::error::Origin;
use crate::exports::Exports;
use crate::state::State;
use crate::{Engine, Error, Instance, InstanceConfig, imports};

/// A compiled reactor, of which any number of instances can be made; a clone is the same one.
///
/// It exists only for a module that keeps the convention's rules about shape and needs nothing
/// that the host does not have. So making an instance can fail by the module's own doing only.
#[derive(Clone)]
pub struct Reactor {
    inner: Arc<Compiled>,
}

/// What the instances of a reactor share.
pub(crate) struct Compiled {
    pub(crate) pre: InstancePre<State>,
    pub(crate) exports: Exports,
    pub(crate) contract: Option<Contract>,
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
    /// to do about it.
    pub fn from_file(engine: &Engine, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let origin = Origin::file(path);
        match std::fs::read(path) {
            Ok(bytes) => Self::load(engine, &bytes, origin),
            Err(cause) => Err(Error::Unreadable { origin, cause: Arc::new(cause) }),
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
        Self::load(engine, bytes.as_ref(), Origin::memory())
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
        Self::load(engine, bytes.as_ref(), Origin::file(path.as_ref()))
    }

    fn load(engine: &Engine, bytes: &[u8], origin: Origin) -> Result<Self, Error> {
        let inspection = match inspect(bytes) {
            Ok(inspection) => inspection,
            Err(cause) => return Err(Error::Malformed { origin, cause }),
        };
        refuse_faults(&inspection, &origin)?;
        let module = match Module::from_binary(engine.inner(), bytes) {
            Ok(module) => module,
            Err(error) => {
                // The outer message says that compiling failed, the innermost one why.
                let cause = error.root_cause().to_string();
                return Err(Error::Unsupported { origin, cause });
            }
        };
        let missing = imports::missing(engine, &module, &inspection)?;
        if !missing.is_empty() {
            return Err(Error::MissingImports { origin, imports: missing });
        }
        let compiled = Compiled {
            exports: Exports::of(&module, &inspection),
            contract: inspection.declared().cloned(),
            name: origin
                .path()
                .and_then(Path::file_stem)
                .unwrap_or_default()
                .to_string_lossy()
                .into(),
            engine: engine.clone(),
            pre: engine.linker().instantiate_pre(&module).map_err(Error::host)?,
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
    /// [`Error::Directory`]; [`Error::TooManyInstances`]; [`Error::Host`] where the host has no room for one more.
    pub fn instantiate(&self, config: &InstanceConfig) -> Result<Instance, Error> {
        Instance::new(&self.inner, config)
    }

    /// The functions that can be called, in the module's order.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, &FuncType)> {
        let functions = self.inner.exports.functions().iter();
        functions.map(|function| (&*function.name, &function.signature))
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
}

fn refuse_faults(inspection: &Inspection, origin: &Origin) -> Result<(), Error> {
    let mut diagnostics = check(inspection, &CheckOptions::default());
    // What is missing among the imports is told with what this host has (`imports::missing`).
    diagnostics.retain(|found| found.severity == Severity::Error && found.rule != Rule::R007);
    if diagnostics.is_empty() {
        return Ok(());
    }
    Err(Error::NotAReactor { origin: origin.clone(), diagnostics })
}

impl fmt::Debug for Reactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor").finish_non_exhaustive()
    }
}
