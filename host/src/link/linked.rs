//! [`Linked`]: a reactor whose imports are resolved. [`Reactor::instantiate`] is the short way for
//! reactors that import WASI only.

use std::sync::Arc;

use crate::error::{InstantiateError, MissingImport};
use crate::instance::template::Template;
use crate::instance::{Instance, InstanceConfig};
use crate::link::Linker;
use crate::load::Reactor;

/// A reactor whose imports are resolved ([`Linker::link`]), of which any number of instances can be
/// made. A clone is a handle to the same linked reactor.
#[derive(Debug, Clone)]
pub struct Linked {
    template: Arc<Template>,
    stand_ins: Arc<[MissingImport]>,
}

impl Linked {
    pub(super) fn new(template: Arc<Template>, stand_ins: Vec<MissingImport>) -> Self {
        Linked { template, stand_ins: stand_ins.into() }
    }

    /// Makes an instance and runs its `_initialize`.
    ///
    /// # Errors
    ///
    /// As for [`Reactor::instantiate`], without [`InstantiateError::Link`]. A host function that
    /// fails during `_initialize` is an [`InstantiateError::InitFailed`] too.
    ///
    /// # Panics
    ///
    /// Where a host function that `_initialize` calls panics: the panic unwinds out of this method.
    pub fn instantiate(&self, config: &InstanceConfig) -> Result<Instance, InstantiateError> {
        Instance::new(&self.template, config)
    }

    /// The functions that the module imports and that the linker lacks, or has with another type, so
    /// that stand-ins were defined for them ([`Linker::missing`]).
    pub fn stand_ins(&self) -> &[MissingImport] {
        &self.stand_ins
    }
}

impl Reactor {
    /// Makes an instance and runs its `_initialize`. The module may import WASI preview 1 and
    /// nothing else; a module that imports host functions is linked first ([`Linker::link`]).
    ///
    /// ```
    /// # use polyreactor_host::{Engine, EngineConfig, InstanceConfig, Reactor};
    /// # let engine = Engine::new(&EngineConfig::new())?;
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
    /// - [`InstantiateError::Link`] where the module imports more than WASI.
    /// - [`InstantiateError::InitFailed`] where `_initialize` did not return: the guest panicked,
    ///   trapped, exited (with status 0 too), took longer than
    ///   [`init_timeout`](InstanceConfig::init_timeout) (default: 30 s) or was cancelled.
    /// - [`InstantiateError::Directory`] where a directory of `config` can't be given to the guest.
    /// - [`InstantiateError::OutOfMemory`] where the module declares more initial memory, or a
    ///   larger table, than `config` allows.
    /// - [`InstantiateError::TooManyInstances`] where the engine has as many instances as its
    ///   [`max_instances`](crate::EngineConfig::max_instances) allows.
    /// - [`InstantiateError::Forked`] in a forked child of the process that made the engine.
    /// - [`InstantiateError::Host`] where the host has no memory, address space, stack or threads
    ///   left.
    pub fn instantiate(&self, config: &InstanceConfig) -> Result<Instance, InstantiateError> {
        let template = match self.wasi_only().get() {
            Some(template) => template,
            None => {
                let linked = Linker::new(self.engine()).link(self)?;
                self.wasi_only().get_or_init(|| linked.template)
            }
        };
        Instance::new(template, config)
    }
}
