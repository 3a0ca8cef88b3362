//! The exported functions of a reactor, looked up by name in constant time.

use std::collections::HashMap;
use std::sync::Arc;

use polyreactor_contract::{
    ALLOC, Contract, FREE, FuncType, Signature, allocator_type, nearest_names,
};
use polyreactor_convention::{ExternType, Inspection};

use crate::error::CallError;

/// The exports of one module, in the module's order.
pub(crate) struct Exports {
    functions: Vec<Function>,
    by_name: HashMap<Arc<str>, usize, foldhash::fast::RandomState>,
    /// The numbers of `polyreactor_alloc` and `polyreactor_free` in `functions`.
    allocator: Option<(usize, usize)>,
    /// Whether `_initialize` was run when the module was built (R010).
    is_preinitialised: bool,
    /// Other names under which `_initialize` is exported.
    aliases: Vec<String>,
    /// Names and types of the exports that are not in `functions`.
    others: Vec<(String, String)>,
}

/// An exported function that an embedder may call.
pub(crate) struct Function {
    pub(crate) name: Arc<str>,
    pub(crate) signature: FuncType,
    /// Whether all parameters and results are numbers.
    pub(crate) is_numeric: bool,
    /// The type in the contract; `None` where no contract declares the function.
    pub(crate) declared: Option<Signature>,
}

/// The export that only the host calls, exactly once (B001–B003).
pub(crate) const INITIALIZE: &str = "_initialize";
/// The section by which a module says that it is a snapshot taken after `_initialize` (R010).
const PREINIT: &str = "polyreactor.preinit";
const RESERVED: [&str; 2] = [INITIALIZE, "_start"];

fn is_reserved(name: &str, aliases: &[String]) -> bool {
    RESERVED.contains(&name) || aliases.iter().any(|alias| alias == name)
}

impl Exports {
    pub(crate) fn of(inspection: &Inspection) -> Self {
        let initialize = inspection.export(INITIALIZE).and_then(|export| export.function);
        let aliases = inspection.exports.iter().filter(|export| {
            initialize.is_some() && export.function == initialize && export.name != INITIALIZE
        });
        let aliases: Vec<_> = aliases.map(|export| export.name.clone()).collect();
        let declared = inspection.declared().map(Contract::by_name).unwrap_or_default();
        let functions: Vec<_> = inspection
            .exports
            .iter()
            .filter(|export| !is_reserved(&export.name, &aliases))
            .filter_map(|export| {
                let ExternType::Func(ty) = &export.ty else { return None };
                let signature = ty.clone();
                let is_numeric = signature.is_numeric();
                let declared = declared.get(&*export.name).copied().cloned();
                let name = export.name.as_str().into();
                Some(Function { name, signature, is_numeric, declared })
            })
            .collect();
        let numbered = functions.iter().enumerate();
        let by_name: HashMap<_, _, _> =
            numbered.map(|(number, function)| (function.name.clone(), number)).collect();
        let others =
            inspection.exports.iter().filter(|export| !by_name.contains_key(&*export.name));
        let others = others.map(|export| (export.name.clone(), export.ty.to_string())).collect();
        let number = |name| {
            let number = *by_name.get(name)?;
            (Some(&functions[number].signature) == allocator_type(name).as_ref()).then_some(number)
        };
        let allocator = number(ALLOC).zip(number(FREE));
        let is_preinitialised = inspection.sections.iter().any(|section| section.name == PREINIT);
        Exports { functions, by_name, allocator, is_preinitialised, aliases, others }
    }

    /// The numbers of `polyreactor_alloc` and `polyreactor_free` among [`Exports::functions`];
    /// `None` unless both are exported with the types of the convention.
    pub(crate) fn allocator(&self) -> Option<(usize, usize)> {
        self.allocator
    }

    /// Whether the module is a snapshot taken after `_initialize` (R010). Its `_initialize` does
    /// nothing, and is called nevertheless.
    pub(crate) fn is_preinitialised(&self) -> bool {
        self.is_preinitialised
    }

    /// Names and core types of [`Exports::functions`].
    pub(crate) fn signatures(&self) -> impl ExactSizeIterator<Item = (&str, &FuncType)> {
        self.functions.iter().map(|function| (&*function.name, &function.signature))
    }

    /// All functions that an embedder may call, in the module's order.
    pub(crate) fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The function of that name, with its number among [`Exports::functions`].
    #[inline]
    pub(crate) fn find(&self, name: &str) -> Result<(usize, &Function), CallError> {
        match self.by_name.get(name) {
            Some(&number) => Ok((number, &self.functions[number])),
            None => Err(self.lookup_error(name)),
        }
    }

    #[cold]
    fn lookup_error(&self, name: &str) -> CallError {
        let name = name.to_owned();
        if is_reserved(&name, &self.aliases) {
            return CallError::Reserved { name };
        }
        if let Some((_, ty)) = self.others.iter().find(|(other, _)| *other == name) {
            return CallError::NotAFunction { ty: ty.clone(), name };
        }
        let exports = self.functions.iter().map(|function| function.name.to_string());
        /// The most names that a message suggests.
        const SHOWN: usize = 3;
        let near = nearest_names(&name, self.functions.iter().map(|it| &*it.name), SHOWN);
        let nearest = near.into_iter().map(str::to_owned).collect();
        CallError::NoSuchExport { nearest, exports: exports.collect(), name }
    }
}
