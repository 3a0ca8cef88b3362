//! Resolves the imports of a module: finds all that the linker lacks, and defines stand-ins where
//! [`Missing`] allows that.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use polyreactor_contract::{Contract, Signature};
use polyreactor_convention::{ExternType, Import};
use wasmtime::{Extern, ExternType as EngineType, Linker, Module, Val};

use crate::abi::core::func_type;
use crate::engine::Engine;
use crate::error::{InstantiateError, LinkError, MissingImport, NotOffered};
use crate::instance::probe;
use crate::instance::state::State;
use crate::link::host_function::HostType;
use crate::link::linker::Missing;

/// The imports of a module that the linker lacks, or has with another type.
#[derive(Default)]
pub(super) struct Unresolved {
    /// Imports that make linking fail.
    pub(super) missing: Vec<MissingImport>,
    /// Functions that a stand-in is defined for, each once.
    pub(super) stand_ins: Vec<MissingImport>,
}

/// The functions of a linker, and its setting for missing functions.
pub(super) struct Offered<'a> {
    pub(super) engine: &'a Engine,
    pub(super) linker: &'a Linker<State>,
    pub(super) types: &'a HashMap<(String, String), HostType>,
    pub(super) missing: Missing,
}

impl Offered<'_> {
    /// The unresolved ones among the imports of a module.
    pub(super) fn unresolved(
        &self,
        imports: &[Import],
        contract: Option<&Contract>,
    ) -> Result<Unresolved, LinkError> {
        let mut store = probe(self.engine).map_err(|error| match error {
            InstantiateError::Host { cause } => LinkError::Host { cause },
            other => LinkError::Host { cause: other.to_string() },
        })?;
        let several = with_several_types(imports);
        let mut unresolved = Unresolved::default();
        for import in imports {
            let declared = contract.and_then(|it| it.import(&import.module, &import.name));
            let offered = self.linker.get(&mut store, &import.module, &import.name).ok();
            let offered = match (offered, &import.ty) {
                (None, _) => None,
                (Some(Extern::Func(func)), ExternType::Func(ty))
                    if func_type(&func.ty(&store)) == *ty =>
                {
                    match declared.and_then(|declared| self.offered_instead(import, declared)) {
                        None => continue,
                        other => other,
                    }
                }
                (Some(Extern::Func(func)), _) => {
                    Some(format!("func {}", func_type(&func.ty(&store))))
                }
                (Some(_), _) => Some("something else".to_owned()),
            };
            // A linker has one function for a name.
            let can_stand_in = matches!(import.ty, ExternType::Func(_))
                && !several.contains(&(&*import.module, &*import.name));
            let missing = MissingImport {
                module: import.module.clone(),
                name: import.name.clone(),
                ty: declared.map_or_else(|| import.ty.to_string(), ToString::to_string),
                offered,
                can_stand_in,
            };
            match can_stand_in && self.missing != Missing::Refuse {
                true if unresolved.stand_ins.contains(&missing) => {}
                true => unresolved.stand_ins.push(missing),
                false => unresolved.missing.push(missing),
            }
        }
        Ok(unresolved)
    }

    /// The type of the linker's function, which has the right core type, where that is not the type
    /// that the contract declares.
    fn offered_instead(&self, import: &Import, declared: &Signature) -> Option<String> {
        let offered = self.types.get(&(import.module.clone(), import.name.clone()))?;
        (!offered.fits(declared)).then(|| offered.text())
    }
}

/// The names, with their modules, that are imported with several types.
fn with_several_types(imports: &[Import]) -> HashSet<(&str, &str)> {
    let mut first = HashMap::new();
    let several = imports.iter().map(|it| ((&*it.module, &*it.name), &it.ty));
    several.filter(|(name, ty)| first.entry(*name).or_insert(*ty) != ty).map(|it| it.0).collect()
}

/// Defines a stand-in for each of the functions `stand_ins`, which `module` imports and `linker`
/// lacks, or has with another type. `linker` is a copy for this module: the stand-ins replace what
/// other modules import under these names.
pub(super) fn stand_in(
    linker: &mut Linker<State>,
    module: &Module,
    stand_ins: &[MissingImport],
    missing: Missing,
) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    for import in module.imports() {
        let is_this =
            |it: &&MissingImport| it.module == import.module() && it.name == import.name();
        let (Some(this), EngineType::Func(ty)) = (stand_ins.iter().find(is_this), import.ty())
        else {
            continue;
        };
        let zeros: Option<Vec<Val>> = ty.results().map(|ty| Val::default_for_ty(&ty)).collect();
        // A result that is a non-nullable reference has no zero: such a stand-in traps.
        let zeros = zeros.filter(|_| missing == Missing::Zero);
        let name: Arc<str> = format!("{}.{}", import.module(), import.name()).into();
        let offered: Option<Arc<str>> = this.offered.as_deref().map(Into::into);
        linker.func_new(import.module(), import.name(), ty, move |_, _, results| {
            let Some(zeros) = &zeros else {
                let (import, offered) = (name.clone(), offered.clone());
                return Err(NotOffered { import, offered }.into());
            };
            results.copy_from_slice(zeros);
            Ok(())
        })?;
    }
    linker.allow_shadowing(false);
    Ok(())
}
