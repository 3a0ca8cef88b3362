//! [`Linked`]: a reactor whose imports are resolved; and the short way for those with WASI only.

use std::sync::Arc;

use crate::error::{InstantiateError, MissingImport};
use crate::instance::template::Template;
use crate::instance::{Instance, InstanceConfig};
use crate::link::Linker;
use crate::load::Reactor;

/// A reactor whose imports are resolved ([`Linker::link`]), of which any number of instances can be
/// made; a clone is the same one.
#[derive(Debug, Clone)]
pub struct Linked {
    template: Arc<Template>,
    stand_ins: Arc<[MissingImport]>,
}

impl Linked {
    pub(super) fn new(template: Arc<Template>, stand_ins: Vec<MissingImport>) -> Self {
        Linked { template, stand_ins: stand_ins.into() }
    }

    /// Makes an instance and initialises it.
    ///
    /// # Errors
    ///
    /// As for [`Reactor::instantiate`], without [`InstantiateError::Link`].
    pub fn instantiate(&self, config: &InstanceConfig) -> Result<Instance, InstantiateError> {
        Instance::new(&self.template, config)
    }

    /// The functions that the module imports, that the linker does not have, and that something
    /// stands in for ([`Linker::missing`]).
    pub fn stand_ins(&self) -> &[MissingImport] {
        &self.stand_ins
    }
}

impl Reactor {
    /// Makes an instance and initialises it. The module may import WASI preview 1 and nothing else;
    /// one that needs host functions is linked first ([`Linker::link`]).
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
    /// - [`InstantiateError::InitFailed`] where the guest's `_initialize` did not return.
    /// - [`InstantiateError::Directory`], [`InstantiateError::TooManyInstances`],
    ///   [`InstantiateError::OutOfMemory`] where `config` or the engine's settings don't allow it.
    /// - [`InstantiateError::Forked`]; [`InstantiateError::Host`] where the host has no memory or
    ///   threads left.
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
