//! CALLs held against a reactor, and made.

use polyreactor_contract::{Call, CallText, Fault, Returned, Val};
use polyreactor_host::{CheckedModule, Error, Instance};

/// A call that fits its export.
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Val>,
    /// Whether the arguments are of the contract's types; else of the core types.
    is_declared: bool,
}

/// Why a CALL cannot be made.
pub(crate) enum Unfit {
    /// There is no such export.
    Export(Error),
    /// The arguments are not those that the export takes.
    Arguments(Vec<Fault>),
}

impl Checked {
    /// Reads the arguments as what the export takes, by its contract where it has one.
    pub(crate) fn new(call: &Call, module: &CheckedModule<'_>) -> Result<Self, Unfit> {
        let core = module.signature(call.name()).map_err(Unfit::Export)?;
        let declared = module.contract().and_then(|contract| contract.export(call.name()));
        let arguments = match declared {
            Some(declared) => call.arguments(declared),
            None => call.core_arguments(core),
        };
        Ok(Checked {
            name: call.name().to_owned(),
            arguments: arguments.map_err(Unfit::Arguments)?,
            is_declared: declared.is_some(),
        })
    }

    /// Makes the call.
    pub(crate) fn make(&self, instance: &mut Instance) -> Result<Returned, Error> {
        if self.is_declared {
            return instance.call_declared(&self.name, &self.arguments);
        }
        let results = instance.call(&self.name, &self.arguments)?;
        Ok(Returned { results, changed: Vec::new() })
    }

    /// The call as a CALL, core integers as signed.
    pub(crate) fn text(&self) -> CallText<'_> {
        CallText { name: &self.name, arguments: &self.arguments }
    }
}
