//! Who runs the static constructors of a module whose exports are not wrapped: an indexed
//! module in, what there is to do about it out (CONVENTION, R012).

use serde::Serialize;
use wasmparser::Operator;

use crate::module::Module;
use crate::producers;
use crate::wrapping::{Wrapping, is_change};

/// Who runs a module's static constructors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "run")]
#[non_exhaustive]
pub enum Constructors {
    /// Nobody has to, or somebody does, once.
    Once,
    /// `_initialize` does, and so does other code of the module.
    Twice {
        /// The function that runs them.
        function: u32,
    },
    /// Some code of the module does, when it is first called; there is no `_initialize`.
    Late {
        /// The function that runs them.
        function: u32,
    },
    /// wit-bindgen has some code of the module do, but an optimiser has put them where they
    /// cannot be found.
    Hidden,
    /// The host is to call this export; there is no `_initialize` that does.
    Host {
        /// The function that runs them.
        function: u32,
    },
}

/// Goes by the linker's names; without them, by position in what wit-bindgen made, and else
/// nothing is said. Where the exports are wrapped, that is what there is to say about
/// constructors, and a command (R002) runs them itself.
pub(crate) fn constructors(module: &Module<'_>, wrapping: &Wrapping) -> Constructors {
    const NAME: &str = "__wasm_call_ctors";
    // What `patch` wrote runs them once, whoever calls them.
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

/// The first function, where the linker puts them, if it does nothing but call functions that
/// nobody else calls; in a nameless guest of wit-bindgen, whose exports run constructors when
/// one of them is first called.
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

/// What wit-bindgen makes of Rust always refers to the constructors function, which is empty
/// where there are none. If it is not there any more, it was put into others.
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
    // The start file's own sets a flag, and nothing more where there is nothing to run.
    let operators = module.operators(initialize).into_iter().flatten().map_while(Result::ok);
    operators.filter(is_change).count() > 1
}

/// The first function of a module without names, or with such as tools make up, if it takes and
/// answers nothing.
fn first_plain(module: &Module<'_>) -> Option<u32> {
    let first = module.imported_functions;
    let is_there = !module.has_given_names() && first < module.functions();
    (is_there && module.is_plain(first)).then_some(first)
}

fn is_of_wit_bindgen(module: &Module<'_>) -> bool {
    module.exports.iter().any(|export| export.name.starts_with("cabi_realloc_wit_bindgen_"))
}
