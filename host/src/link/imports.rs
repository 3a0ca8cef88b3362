//! Resolves the imports of a module: finds all that the linker lacks, and defines stand-ins where
//! [`Missing`] allows that.

use std::collections::HashMap;
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
pub(super) struct Unresolved {
    /// Imports that make linking fail.
    pub(super) missing: Vec<MissingImport>,
    /// Functions that a stand-in is defined for.
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
        let mut unresolved = Unresolved { missing: Vec::new(), stand_ins: Vec::new() };
        for import in imports {
            let declared = contract.and_then(|it| it.import(&import.module, &import.name));
            let offered = self.linker.get(&mut store, &import.module, &import.name).ok();
            let offered = match (offered, &import.ty) {
                (None, _) => None,
                (Some(Extern::Func(func)), ExternType::Func(ty))
                    if func_type(&func.ty(&store)) == *ty =>
                {
                    unresolved.missing.extend(self.misdeclared(import, declared));
                    continue;
                }
                (Some(Extern::Func(func)), _) => {
                    Some(format!("func {}", func_type(&func.ty(&store))))
                }
                (Some(_), _) => Some("something else".to_owned()),
            };
            let missing = MissingImport {
                module: import.module.clone(),
                name: import.name.clone(),
                ty: declared.map_or_else(|| import.ty.to_string(), ToString::to_string),
                offered,
            };
            unresolved.add(self.missing, import, missing);
        }
        Ok(unresolved)
    }

    /// The import, where the linker's function has the right core type but not the type that the
    /// contract declares.
    fn misdeclared(
        &self,
        Import { module, name, .. }: &Import,
        declared: Option<&Signature>,
    ) -> Option<MissingImport> {
        let declared = declared?;
        let offered = self.types.get(&(module.clone(), name.clone()))?;
        (!offered.fits(declared)).then(|| MissingImport {
            module: module.clone(),
            name: name.clone(),
            ty: declared.to_string(),
            offered: Some(offered.text()),
        })
    }
}

impl Unresolved {
    fn add(&mut self, policy: Missing, import: &Import, missing: MissingImport) {
        let mut stand_ins = self.stand_ins.iter();
        let earlier = stand_ins.find(|it| it.module == missing.module && it.name == missing.name);
        let may_stand_in = match (&import.ty, earlier) {
            // A linker has one function for a name: a module that imports the name with two types
            // can't be linked.
            (_, Some(earlier)) => earlier.ty == missing.ty,
            (ExternType::Func(_), None) => policy != Missing::Refuse && missing.offered.is_none(),
            _ => false,
        };
        match (may_stand_in, earlier) {
            (true, Some(_)) => {}
            (true, None) => self.stand_ins.push(missing),
            (false, _) => self.missing.push(missing),
        }
    }
}

/// Defines a stand-in for each of the functions `stand_ins`, which `module` imports and `linker`
/// lacks.
pub(super) fn stand_in(
    linker: &mut Linker<State>,
    module: &Module,
    stand_ins: &[MissingImport],
    missing: Missing,
) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    for import in module.imports() {
        let is_this = |it: &MissingImport| it.module == import.module() && it.name == import.name();
        let (true, EngineType::Func(ty)) = (stand_ins.iter().any(is_this), import.ty()) else {
            continue;
        };
        let zeros: Option<Vec<Val>> = ty.results().map(|ty| Val::default_for_ty(&ty)).collect();
        // A result that is a non-nullable reference has no zero: such a stand-in traps.
        let zeros = zeros.filter(|_| missing == Missing::Zero);
        let name: Arc<str> = format!("{}.{}", import.module(), import.name()).into();
        linker.func_new(import.module(), import.name(), ty, move |_, _, results| {
            let Some(zeros) = &zeros else {
                return Err(NotOffered { import: name.clone() }.into());
            };
            results.copy_from_slice(zeros);
            Ok(())
        })?;
    }
    linker.allow_shadowing(false);
    Ok(())
}
