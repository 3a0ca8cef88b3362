//! A module before it is compiled: inspected, and held against the convention and an engine.

use std::fmt;
use std::path::Path;

use polyreactor_contract::{Contract, FuncType};
use polyreactor_convention::{CheckOptions, Inspection, Rule, Severity, check, inspect};

use crate::error::Origin;
use crate::instance::exports::Exports;
use crate::link::imports;
use crate::{Engine, Error, MissingImport, Reactor};

/// A module that keeps the convention and imports nothing that the engine does not have. It is not
/// compiled yet, which takes by far the most time: what would make it useless can be found before.
///
/// ```
/// use polyreactor_host::{CheckedModule, Engine};
///
/// # let bytes = wat::parse_str(r#"
/// #     (module (memory (export "memory") 1) (func (export "_initialize"))
/// #       (func (export "greet") (result i32) (i32.const 1)))"#)?;
/// let engine = Engine::new()?;
/// let checked = CheckedModule::of(&engine, &bytes, None)?;
/// checked.signature("greet")?; // or an error, before a second is lost
/// let reactor = checked.compile()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CheckedModule<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) bytes: &'a [u8],
    pub(crate) origin: Origin,
    pub(crate) exports: Exports,
    pub(crate) contract: Option<Contract>,
    pub(crate) stand_ins: Vec<MissingImport>,
}

impl<'a> CheckedModule<'a> {
    /// Looks at a module; `path` is the file that it was read from, for messages.
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Load"; [`Error::Forked`].
    pub fn of(engine: &'a Engine, bytes: &'a [u8], path: Option<&Path>) -> Result<Self, Error> {
        engine.check_process()?;
        let origin = path.map_or_else(Origin::memory, Origin::file);
        let inspection = match inspect(bytes) {
            Ok(inspection) => inspection,
            Err(cause) => return Err(Error::Malformed { origin, cause }),
        };
        refuse_faults(&inspection, &origin)?;
        let imports::Lacking { missing, stand_ins } = imports::lacking(engine, &inspection)?;
        if !missing.is_empty() {
            return Err(Error::MissingImports { origin, imports: missing });
        }
        let (exports, contract) = (Exports::of(&inspection), inspection.declared().cloned());
        Ok(CheckedModule { engine, bytes, origin, exports, contract, stand_ins })
    }

    /// Compiles it.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`]; [`Error::Host`] where no threads can be started, or where there is
    /// no memory for it.
    pub fn compile(self) -> Result<Reactor, Error> {
        Reactor::compile(self)
    }

    /// The functions that can be called, in the module's order.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, &FuncType)> {
        self.exports.signatures()
    }

    /// What the module says of its own functions' types, where it does.
    pub fn contract(&self) -> Option<&Contract> {
        self.contract.as_ref()
    }

    /// The type of the function that is exported under that name.
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Look-up".
    pub fn signature(&self, name: &str) -> Result<&FuncType, Error> {
        self.exports.find(name).map(|(_, function)| &function.signature)
    }

    /// The functions that the module imports and the engine does not have, and that something
    /// will stand in for ([`EngineBuilder::missing`](crate::EngineBuilder::missing)).
    pub fn stand_ins(&self) -> &[MissingImport] {
        &self.stand_ins
    }
}

impl fmt::Debug for CheckedModule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedModule").field("origin", &self.origin).finish_non_exhaustive()
    }
}

fn refuse_faults(inspection: &Inspection, origin: &Origin) -> Result<(), Error> {
    let mut diagnostics = check(inspection, &CheckOptions::default());
    // What is missing among the imports is told with what this host has (`imports::lacking`).
    diagnostics.retain(|found| found.severity == Severity::Error && found.rule != Rule::R007);
    if diagnostics.is_empty() {
        return Ok(());
    }
    Err(Error::NotAReactor { origin: origin.clone(), diagnostics })
}
