//! What all instances of a linked module have in common.

use std::fmt;
use std::sync::Arc;

use wasmtime::{InstancePre, Module, ModuleExport};

use crate::engine::Engine;
use crate::instance::exports::Exports;
use crate::instance::state::State;
use crate::os::fork::OfProcess;

/// A compiled module with its imports resolved.
pub struct Template {
    pub(crate) pre: OfProcess<InstancePre<State>>,
    pub(crate) exports: Arc<Exports>,
    /// Where the functions of `exports` are in the module.
    pub(super) indices: Box<[ModuleExport]>,
    /// The plugin's name: the stem of the file's name; empty where there is no file.
    pub(crate) name: Arc<str>,
    pub(crate) engine: Engine,
}

impl Template {
    /// `module` is the one that `exports` describes, and that `pre` is of.
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
            // They were read out of the same bytes.
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
