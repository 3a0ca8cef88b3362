//! What a module imports, held against what the host offers: all that is missing at once, and
//! what stands in for functions that may be missing.

use std::fmt;
use std::sync::Arc;

use polyreactor_contract::Signature;
use polyreactor_convention::{ExternType, Import, Inspection};
use wasmtime::{Extern, ExternType as EngineType, Linker, Module, Store, Val};

use crate::abi::core::func_type;
use crate::instance::state::State;
use crate::interrupt::deadline::Watch;
use crate::link::host_function::Thrown;
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

/// What becomes of functions that a module imports and the host does not have. What is no function
/// is always refused, and so is a function that the host has with another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Missing {
    /// The module is refused when it is loaded: [`Error::MissingImports`].
    #[default]
    Refuse,
    /// A call of one ends the instance: [`Error::HostFunction`].
    Trap,
    /// A call of one does nothing, and answers 0, or null where that is a reference. The guest
    /// does not notice: what it makes of the answer is nobody's guess.
    Zero,
}

/// What the host has not of what a module imports.
#[derive(Default)]
pub(crate) struct Lacking {
    /// What the module can't do without.
    pub(crate) missing: Vec<MissingImport>,
    /// Functions that something stands in for.
    pub(crate) stand_ins: Vec<MissingImport>,
}

/// Looks at every import of a module.
pub(crate) fn lacking(engine: &Engine, inspection: &Inspection) -> Result<Lacking, Error> {
    // Only to look at: host functions are looked up in a store.
    let watch = Arc::new(Watch::new(Cancellation::new(), None));
    let state = State::new(&InstanceConfig::new(), &"".into(), watch, engine, 0)?;
    let mut store = Store::new(engine.inner(), state);
    let mut lacking = Lacking::default();
    for import in &inspection.imports {
        let declared = inspection.declared();
        let declared = declared.and_then(|it| it.import(&import.module, &import.name));
        let offered = engine.linker().get(&mut store, &import.module, &import.name).ok();
        let offered = match (offered, &import.ty) {
            (None, _) => None,
            (Some(Extern::Func(func)), ExternType::Func(ty))
                if func_type(&func.ty(&store)) == *ty =>
            {
                lacking.missing.extend(misunderstood(engine, import, declared));
                continue;
            }
            (Some(Extern::Func(func)), _) => Some(format!("func {}", func_type(&func.ty(&store)))),
            (Some(_), _) => Some("something else".to_owned()),
        };
        lacking.add(
            engine.missing(),
            import,
            MissingImport {
                module: import.module.clone(),
                name: import.name.clone(),
                ty: declared.map_or_else(|| import.ty.to_string(), ToString::to_string),
                offered,
            },
        );
    }
    Ok(lacking)
}

impl Lacking {
    fn add(&mut self, what: Missing, import: &Import, lacking: MissingImport) {
        let mut others = self.stand_ins.iter();
        let other = others.find(|it| it.module == lacking.module && it.name == lacking.name);
        let can_stand = match (&import.ty, other) {
            // One name stands for one function: imported as two, it can't be stood in for.
            (_, Some(other)) => other.ty == lacking.ty,
            (ExternType::Func(_), None) => what != Missing::Refuse && lacking.offered.is_none(),
            _ => false,
        };
        match (can_stand, other) {
            (true, Some(_)) => {}
            (true, None) => self.stand_ins.push(lacking),
            (false, _) => self.missing.push(lacking),
        }
    }
}

/// Defines what stands in for the functions that `module` imports and `linker` has not.
pub(crate) fn stand_in(
    linker: &mut Linker<State>,
    module: &Module,
    stand_ins: &[MissingImport],
    missing: Missing,
) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    for import in module.imports() {
        let is_it = |it: &MissingImport| it.module == import.module() && it.name == import.name();
        let (true, EngineType::Func(ty)) = (stand_ins.iter().any(is_it), import.ty()) else {
            continue;
        };
        let zeros: Option<Vec<Val>> = ty.results().map(|ty| Val::default_for_ty(&ty)).collect();
        // A result that can't be null has no zero.
        let zeros = zeros.filter(|_| missing == Missing::Zero);
        let name: Arc<str> = format!("{}.{}", import.module(), import.name()).into();
        linker.func_new(import.module(), import.name(), ty, move |_, _, results| {
            let Some(zeros) = &zeros else {
                let (import, cause) = (name.clone(), Arc::new(NotOffered));
                return Err(Thrown { import, cause }.into());
            };
            results.copy_from_slice(zeros);
            Ok(())
        })?;
    }
    linker.allow_shadowing(false);
    Ok(())
}

/// The cause of an [`Error::HostFunction`] whose function this host does not have.
#[derive(Debug)]
pub(crate) struct NotOffered;

impl fmt::Display for NotOffered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this host does not have it")
    }
}

impl std::error::Error for NotOffered {}

/// A function whose core type is right, but that takes something else than the contract says.
fn misunderstood(
    engine: &Engine,
    Import { module, name, .. }: &Import,
    declared: Option<&Signature>,
) -> Option<MissingImport> {
    let declared = declared?;
    let offered = engine.types().get(&(module.clone(), name.clone()))?;
    (!offered.is(declared)).then(|| MissingImport {
        module: module.clone(),
        name: name.clone(),
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
