//! [`Template`]: the data that all instances of a linked module share.

use std::fmt;
use std::sync::Arc;

use wasmtime::{InstancePre, Module, ModuleExport};

use crate::engine::Engine;
use crate::instance::exports::Exports;
use crate::instance::state::State;
use crate::os::fork::OfProcess;

/// A compiled module with resolved imports and a table of its exports.
pub struct Template {
    pub(crate) pre: OfProcess<InstancePre<State>>,
    pub(crate) exports: Arc<Exports>,
    /// The engine's indices of the functions of `exports`, in the same order.
    pub(super) indices: Box<[ModuleExport]>,
    /// The plugin's name: the stem of the module's file name; empty for a module from memory.
    pub(crate) name: Arc<str>,
    pub(crate) engine: Engine,
}

impl Template {
    /// `exports` and `pre` must be those of `module`.
    ///
    /// # Panics
    ///
    /// If a function of `exports` is not an export of `module`.
    pub(crate) fn new(
        engine: &Engine,
        module: &Module,
        exports: &Arc<Exports>,
        name: &Arc<str>,
        pre: InstancePre<State>,
    ) -> Self {
        let functions = exports.functions().iter();
        let indices = functions.map(|function| module.get_export_index(&function.name));
        Template {
            pre: OfProcess::new(pre),
            exports: exports.clone(),
            // `exports` was read out of the same bytes as `module`.
            indices: indices.map(|index| index.expect("an export of this module")).collect(),
            name: name.clone(),
            engine: engine.clone(),
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("name", &self.name).finish_non_exhaustive()
    }
}
