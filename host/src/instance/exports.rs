//! What a reactor offers: its exported functions, found by name without a search.

use std::collections::HashMap;
use std::sync::Arc;

use polyreactor_contract::{
    ALLOC, Contract, FREE, FuncType, Signature, allocator_type, nearest_names,
};
use polyreactor_convention::{ExternType, Inspection};

use crate::Error;

/// The exported functions of one module, in the module's order.
pub(crate) struct Exports {
    functions: Vec<Function>,
    by_name: HashMap<Arc<str>, usize, foldhash::fast::RandomState>,
    allocator: Option<(usize, usize)>,
    /// Further names of `_initialize`.
    aliases: Vec<String>,
    /// What else it exports: names and what they are.
    others: Vec<(String, String)>,
}

/// An exported function that may be called.
pub(crate) struct Function {
    pub(crate) name: Arc<str>,
    pub(crate) signature: FuncType,
    /// Whether all that it takes and gives back is numbers.
    pub(crate) is_numeric: bool,
    /// What the contract says of it, where there is one.
    pub(crate) declared: Option<Signature>,
}

/// What only the host calls, if anyone (B001–B003).
pub(crate) const INITIALIZE: &str = "_initialize";
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
        Exports { functions, by_name, allocator, aliases, others }
    }

    /// The numbers of `polyreactor_alloc` and `polyreactor_free`, where both are there and of
    /// their types.
    pub(crate) fn allocator(&self) -> Option<(usize, usize)> {
        self.allocator
    }

    /// Their names and types.
    pub(crate) fn signatures(&self) -> impl ExactSizeIterator<Item = (&str, &FuncType)> {
        self.functions.iter().map(|function| (&*function.name, &function.signature))
    }

    /// All functions that may be called.
    pub(crate) fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The function of that name, with its number among [`Exports::functions`].
    #[inline]
    pub(crate) fn find(&self, name: &str) -> Result<(usize, &Function), Error> {
        match self.by_name.get(name) {
            Some(&number) => Ok((number, &self.functions[number])),
            None => Err(self.no_such(name)),
        }
    }

    #[cold]
    fn no_such(&self, name: &str) -> Error {
        let name = name.to_owned();
        if is_reserved(&name, &self.aliases) {
            return Error::Reserved { name };
        }
        if let Some((_, ty)) = self.others.iter().find(|(other, _)| *other == name) {
            return Error::NotAFunction { ty: ty.clone(), name };
        }
        let exports = self.functions.iter().map(|function| function.name.to_string());
        /// As many as a person wants to read.
        const SHOWN: usize = 3;
        let near = nearest_names(&name, self.functions.iter().map(|it| &*it.name), SHOWN);
        let nearest = near.into_iter().map(str::to_owned).collect();
        Error::NoSuchExport { nearest, exports: exports.collect(), name }
    }
}
