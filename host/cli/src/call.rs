//! CALLs held against a reactor, and made.

use polyreactor_contract::{Call, CallText, Fault, Outcome, Val};
use polyreactor_host::{CallError, CheckedModule, Instance};

/// A call that fits its export.
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Val>,
}

/// Why a CALL cannot be made.
pub(crate) enum Unfit {
    /// There is no such export.
    Export(CallError),
    /// The arguments are not those that the export takes.
    Arguments(Vec<Fault>),
}

impl Checked {
    /// Reads the arguments as what the export takes, by its contract where it has one.
    pub(crate) fn new(call: &Call, module: &CheckedModule<'_>) -> Result<Self, Unfit> {
        let core = module.core_type(call.name()).map_err(Unfit::Export)?;
        let declared = module.contract().and_then(|contract| contract.export(call.name()));
        let arguments = match declared {
            Some(declared) => call.arguments(declared),
            None => call.core_arguments(core),
        };
        Ok(Checked {
            name: call.name().to_owned(),
            arguments: arguments.map_err(Unfit::Arguments)?,
        })
    }

    /// Makes the call.
    pub(crate) fn make(&self, instance: &mut Instance) -> Result<Outcome, CallError> {
        instance.call_dynamic(&self.name, &self.arguments)
    }

    /// The call as a CALL, core integers as signed.
    pub(crate) fn text(&self) -> CallText<'_> {
        CallText { name: &self.name, arguments: &self.arguments }
    }
}
