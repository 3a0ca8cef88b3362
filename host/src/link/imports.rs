//! What a module imports, held against what a linker has: all that is missing at once, and what
//! stands in for functions that may be missing.

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

/// The imports of a module that a linker does not have.
pub(super) struct Unresolved {
    /// What the module can't do without.
    pub(super) missing: Vec<MissingImport>,
    /// Functions that something stands in for.
    pub(super) stand_ins: Vec<MissingImport>,
}

/// What a linker has.
pub(super) struct Offered<'a> {
    pub(super) engine: &'a Engine,
    pub(super) linker: &'a Linker<State>,
    pub(super) types: &'a HashMap<(String, String), HostType>,
    pub(super) missing: Missing,
}

impl Offered<'_> {
    /// Looks at every import of a module.
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

    /// A function whose core type is right, but that takes something else than the contract says.
    fn misdeclared(
        &self,
        Import { module, name, .. }: &Import,
        declared: Option<&Signature>,
    ) -> Option<MissingImport> {
        let declared = declared?;
        let offered = self.types.get(&(module.clone(), name.clone()))?;
        (!offered.is(declared)).then(|| MissingImport {
            module: module.clone(),
            name: name.clone(),
            ty: declared.to_string(),
            offered: Some(offered.text()),
        })
    }
}

impl Unresolved {
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
pub(super) fn stand_in(
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
                return Err(NotOffered { import: name.clone() }.into());
            };
            results.copy_from_slice(zeros);
            Ok(())
        })?;
    }
    linker.allow_shadowing(false);
    Ok(())
}
