//! CALLs: checked against the exports of a module, then made on an instance.

use polyreactor_contract::{Call, CallText, Fault, Outcome, Val};
use polyreactor_host::{CallError, CheckedModule, Instance};

/// A call whose arguments have the types of the export's parameters.
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Val>,
}

/// Why a CALL cannot be made.
pub(crate) enum Rejected {
    /// No function of that name can be called.
    Export(CallError),
    /// The CALL is malformed, or its arguments are not of the types of the export's parameters.
    Arguments(Vec<Fault>),
}

impl Checked {
    /// Checks the arguments against the export's signature in the module's contract; where no
    /// contract declares the export, against its core type.
    pub(crate) fn new(call: &Call, module: &CheckedModule<'_>) -> Result<Self, Rejected> {
        let core = module.core_type(call.name()).map_err(Rejected::Export)?;
        let declared = module.contract().and_then(|contract| contract.export(call.name()));
        let arguments = match declared {
            Some(declared) => call.arguments(declared),
            None => call.core_arguments(core),
        };
        Ok(Checked {
            name: call.name().to_owned(),
            arguments: arguments.map_err(Rejected::Arguments)?,
        })
    }

    pub(crate) fn make(&self, instance: &mut Instance) -> Result<Outcome, CallError> {
        instance.call_dynamic(&self.name, &self.arguments)
    }

    /// The call as a CALL that can be parsed again; core integers are written as signed.
    pub(crate) fn text(&self) -> CallText<'_> {
        CallText { name: &self.name, arguments: &self.arguments }
    }
}
