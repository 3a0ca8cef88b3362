//! What a module needs and the host does not have: all of it at once.

use std::fmt;
use std::sync::Arc;

use polyreactor_contract::Signature;
use polyreactor_convention::Inspection;
use wasmtime::{Extern, ExternType, Module, Store};

use crate::signature::func_type;
use crate::state::State;
use crate::watch::Watch;
use crate::{Cancellation, Engine, Error, InstanceConfig};

/// Something that a module imports and this host does not offer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingImport {
    /// The name of the module that it comes from.
    pub module: String,
    /// Its name there.
    pub name: String,
    /// What it has to be, such as `func (i32) -> i32`; where the module's contract declares it,
    /// the type there.
    pub ty: String,
    /// What the host has under that name, where it has something of another type.
    pub offered: Option<String>,
}

/// Every import of `module` that `engine` can't serve; `inspection` is of the same module.
pub(crate) fn missing(
    engine: &Engine,
    module: &Module,
    inspection: &Inspection,
) -> Result<Vec<MissingImport>, Error> {
    // Only to look at: host functions are looked up in a store.
    let watch = Arc::new(Watch::new(Cancellation::new(), None));
    let state = State::new(&InstanceConfig::new(), &"".into(), watch, 0)?;
    let mut store = Store::new(module.engine(), state);
    let mut missing = Vec::new();
    for (needed, described) in module.imports().zip(&inspection.imports) {
        let declared = inspection.declared();
        let declared = declared.and_then(|it| it.import(needed.module(), needed.name()));
        let offered = engine.linker().get(&mut store, needed.module(), needed.name()).ok();
        let offered = match (offered, needed.ty()) {
            (None, _) => None,
            (Some(Extern::Func(func)), ExternType::Func(ty)) if func.ty(&store).matches(&ty) => {
                missing.extend(misunderstood(engine, needed.module(), needed.name(), declared));
                continue;
            }
            (Some(Extern::Func(func)), _) => Some(format!("func {}", func_type(&func.ty(&store)))),
            (Some(_), _) => Some("something else".to_owned()),
        };
        missing.push(MissingImport {
            module: needed.module().to_owned(),
            name: needed.name().to_owned(),
            ty: declared.map_or_else(|| described.ty.to_string(), ToString::to_string),
            offered,
        });
    }
    Ok(missing)
}

/// A function whose core type is right, but that takes something else than the contract says.
fn misunderstood(
    engine: &Engine,
    module: &str,
    name: &str,
    declared: Option<&Signature>,
) -> Option<MissingImport> {
    let declared = declared?;
    let offered = engine.types().get(&(module.to_owned(), name.to_owned()))?;
    (!offered.is(declared)).then(|| MissingImport {
        module: module.to_owned(),
        name: name.to_owned(),
        ty: declared.to_string(),
        offered: Some(offered.text()),
    })
}

impl fmt::Display for MissingImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (module, name) = (self.module.escape_debug(), self.name.escape_debug());
        write!(f, "{module}.{name}: {}", self.ty)?;
        match &self.offered {
            Some(offered) => write!(f, " (the host has {offered})"),
            None => Ok(()),
        }
    }
}
