//! Decides which code runs the static constructors of a module whose exports are not wrapped
//! (CONVENTION, R012).

use serde::Serialize;
use wasmparser::Operator;

use crate::module::Module;
use crate::producers;
use crate::wrapping::{Wrapping, is_change};

/// Which code runs the static constructors of a module (CONVENTION, R012).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "run")]
#[non_exhaustive]
pub enum Constructors {
    /// Nothing to repair: there are no constructors, they run once, the exports are wrapped (R003),
    /// or nothing in the module shows a problem.
    Once,
    /// `_initialize` runs them, and other code of the module runs them again.
    Twice {
        /// The index of the constructors function.
        function: u32,
    },
    /// Code of the module runs them at the first call of some export; there is no `_initialize`.
    Late {
        /// The index of the constructors function.
        function: u32,
    },
    /// Code that wit-bindgen generated runs them, but an optimiser has inlined the constructors
    /// function, so that [`patch`](crate::patch) cannot find it.
    Hidden,
    /// The constructors function is exported for the host to call: no `_initialize` calls it.
    Host {
        /// The index of the constructors function.
        function: u32,
    },
}

/// Finds the constructors function by the linker's name for it; in a guest of wit-bindgen without
/// names, by position; in other modules without names, not at all. The result is
/// [`Constructors::Once`] for wrapped exports, which R003 reports, and for a command (R002), which
/// runs constructors in `_start`.
pub(crate) fn constructors(module: &Module<'_>, wrapping: &Wrapping) -> Constructors {
    const NAME: &str = "__wasm_call_ctors";
    // In a patched module, the constructors run only once.
    let is_command = module.exports.iter().any(|export| export.name == "_start");
    if *wrapping != Wrapping::Clean || producers::is_patched(module) || is_command {
        return Constructors::Once;
    }
    let exported = module.exported_function(NAME);
    let function = exported.or_else(|| module.named(NAME)).filter(|&f| module.is_local(f));
    let Some(function) = function.or_else(|| by_position(module)) else {
        return if are_hidden(module) { Constructors::Hidden } else { Constructors::Once };
    };
    let called = module.callers(function).count();
    match module.exported_function("_initialize") {
        Some(initialize) => {
            let (reached, _) = module.reach(initialize);
            match (reached.contains(&function), called) {
                (true, 0 | 1) => Constructors::Once,
                (true, _) => Constructors::Twice { function },
                (false, 0) if exported.is_some() => Constructors::Host { function },
                (false, _) => Constructors::Once,
            }
        }
        None if called > 0 => Constructors::Late { function },
        None if exported.is_some() => Constructors::Host { function },
        None => Constructors::Once,
    }
}

/// The constructors function of a guest of wit-bindgen without names: the first function, where the
/// linker puts it, if it only calls functions that no other function calls. The exports of such a
/// guest run the constructors at the first call of one of them.
fn by_position(module: &Module<'_>) -> Option<u32> {
    let first = first_plain(module).filter(|_| is_of_wit_bindgen(module))?;
    let mut callees = Vec::new();
    for operator in module.operators(first)? {
        match operator.ok()? {
            Operator::Call { function_index } => callees.push(function_index),
            Operator::End => {}
            _ => return None,
        }
    }
    let is_own = |&callee: &u32| module.callers(callee).all(|caller| caller == first);
    (!callees.is_empty() && callees.iter().all(is_own)).then_some(first)
}

/// Whether an optimiser has inlined the constructors function of a guest of wit-bindgen. The code
/// that wit-bindgen generates for Rust always refers to that function, which is empty if there are
/// no constructors. If the function is missing, its callers contain its body.
fn are_hidden(module: &Module<'_>) -> bool {
    if !is_of_wit_bindgen(module) {
        return false;
    }
    let is_empty =
        |function| module.operators(function).is_some_and(|body| body.into_iter().count() == 1);
    if first_plain(module).is_some_and(is_empty) {
        return false;
    }
    let Some(initialize) = module.exported_function("_initialize") else { return true };
    // Without constructors, the `_initialize` of `crt1-reactor.o` only sets its flag: one change.
    let operators = module.operators(initialize).into_iter().flatten().map_while(Result::ok);
    operators.filter(is_change).count() > 1
}

/// The first function that a module without given names defines, if its type is `() -> ()`.
fn first_plain(module: &Module<'_>) -> Option<u32> {
    let first = module.imported_functions;
    let exists = !module.has_given_names() && first < module.functions();
    (exists && module.is_plain(first)).then_some(first)
}

fn is_of_wit_bindgen(module: &Module<'_>) -> bool {
    module.exports.iter().any(|export| export.name.starts_with("cabi_realloc_wit_bindgen_"))
}
