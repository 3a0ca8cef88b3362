//! Whether the linker wrapped a module's exports as those of a command: an indexed module
//! in, a verdict with its evidence out (CONVENTION, R003).
//!
//! What `wasm-ld` writes for an export `f` of a command, the two outer calls each where
//! there is something to call:
//!
//! ```wat
//! (func $f.command_export (param i32) (result i32)
//!   call $__wasm_call_ctors
//!   local.get 0
//!   call $f
//!   call $__wasm_call_dtors)
//! ```
//!
//! People write functions of that shape too (`lock; work; unlock`), so that no verdict
//! rests on one function: the module is wrapped as a whole, or not at all.

use serde::Serialize;

use crate::module::Module;
use crate::{producers, wasi};

mod by_name;
mod by_position;
mod exports;
mod inlined;
mod partly;
mod shape;

use exports::Exports;
pub(crate) use inlined::is_change;

/// What [`inspect`](crate::inspect) made out about the exports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Wrapping {
    /// No export is a command wrapper.
    Clean,
    /// Every exported function is one, but for those that a tool added after linking.
    Wrapped(Wrapped),
    /// The evidence is not enough; a person has to decide, by `--assume`.
    Undecided {
        /// What speaks for and against.
        why: String,
    },
    /// The exports are wrapped, in a way that cannot be taken out: by an optimiser, mostly.
    Tangled {
        /// What stands in the way.
        why: String,
    },
}

/// A module whose exports are wrapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrapped {
    /// The function that runs the static constructors, where the module has any.
    pub constructors: Option<u32>,
    /// The function that runs libc's destructors, where the module has any.
    pub destructors: Option<u32>,
    /// The wrappers, one for each exported function that the linker knew.
    pub wrappers: Vec<Wrapper>,
    /// What the verdict rests on.
    pub evidence: Evidence,
}

/// A function that the linker put before another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrapper {
    /// The number of the wrapper.
    pub function: u32,
    /// The number of the function that it wraps; none where an optimiser has put that
    /// function's body into the wrapper.
    pub target: Option<u32>,
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The linker's names, in the name section.
    Names,
    /// Where the linker puts these functions, and what only it writes.
    Position,
    /// A person has said so.
    Assumed,
}

/// What a person says about a module's exports where the bytes don't tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assume {
    /// They are wrapped.
    Wrapped,
    /// They are not.
    Clean,
}

const CONSTRUCTORS: &str = "__wasm_call_ctors";
const DESTRUCTORS: &str = "__wasm_call_dtors";

/// What the linker puts behind the name of a function that it wraps.
pub(crate) const WRAPPER_SUFFIX: &str = ".command_export";

/// Decides from the bytes alone.
pub(crate) fn recognise(module: &Module<'_>) -> Wrapping {
    // What `patch` wrote has no wrapping left, whatever it may look like.
    if producers::is_patched(module) {
        return Wrapping::Clean;
    }
    let exports = Exports::of(module);
    if exports.are_wrapped_by_name() {
        return match exports.by_name() {
            Wrapping::Clean => unless_rust_was_optimised(module),
            verdict => verdict,
        };
    }
    let exports = exports.without_names();
    match exports.by_position() {
        Wrapping::Clean => match unless_rust_was_optimised(module) {
            Wrapping::Clean => inlined::why_it_may_be(&exports).map_or(Wrapping::Clean, undecided),
            verdict => verdict,
        },
        verdict => verdict,
    }
}

/// Decides where a person has said what it is. An error says why it cannot be that.
pub(crate) fn assume(module: &Module<'_>, assume: Assume) -> Result<Wrapping, String> {
    let verdict = recognise(module);
    match (&verdict, assume) {
        (Wrapping::Wrapped(_), Assume::Wrapped) | (Wrapping::Clean, Assume::Clean) => Ok(verdict),
        (Wrapping::Wrapped(wrapped), Assume::Clean) => Err(match wrapped.evidence {
            Evidence::Names => "the linker's names say that its exports are wrapped".to_owned(),
            _ => "its exports are as only the linker writes them".to_owned(),
        }),
        (Wrapping::Clean, Assume::Wrapped) if producers::is_patched(module) => Ok(verdict),
        (Wrapping::Clean, Assume::Wrapped) => Err("its exports have no wrapping".to_owned()),
        (_, Assume::Clean) => Ok(Wrapping::Clean),
        (_, Assume::Wrapped) => Exports::of(module).assumed(),
    }
}

/// A std module of an older rustc always comes wrapped. One that looks clean, has no
/// `_initialize` and no way of its own to run constructors has been optimised.
fn unless_rust_was_optimised(module: &Module<'_>) -> Wrapping {
    let old = producers::is_of_rust_that_wraps(module);
    let uses_wasi = module.imports.iter().any(|import| import.module == wasi::MODULE);
    let has_exports = !module.exported_functions().is_empty();
    let initialised = ["_initialize", "_start", CONSTRUCTORS]
        .iter()
        .any(|name| module.exported_function(name).is_some());
    let own_way = module.named(CONSTRUCTORS).is_some_and(|c| module.callers(c).next().is_some())
        || module.exports.iter().any(|export| export.name.starts_with("cabi_"))
        || module.sections.iter().any(|(name, _)| name.starts_with("component-type"));
    if old && uses_wasi && has_exports && !initialised && !own_way {
        return tangled(
            "rustc before 1.100 wraps the exports of a module that uses std, \
             and nothing of that can be recognised in this one",
        );
    }
    Wrapping::Clean
}

fn undecided(why: &str) -> Wrapping {
    Wrapping::Undecided { why: why.to_owned() }
}

fn tangled(why: &str) -> Wrapping {
    Wrapping::Tangled { why: why.to_owned() }
}
