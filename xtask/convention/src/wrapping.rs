//! Decides whether the linker wrapped the exports of a module as those of a command: an indexed
//! module in, a [`Wrapping`] with its evidence out (CONVENTION, R003).
//!
//! `wasm-ld` writes the following for an export `f` of a command. The first call is there only if
//! the module has `__wasm_call_ctors`, the last one only if it has `__wasm_call_dtors`:
//!
//! ```wat
//! (func $f.command_export (param i32) (result i32)
//!   call $__wasm_call_ctors
//!   local.get 0
//!   call $f
//!   call $__wasm_call_dtors)
//! ```
//!
//! Authors write functions of that shape too (`lock; work; unlock`), so no verdict rests on one
//! function: either the whole module is wrapped, or nothing in it.
//!
//! `wrapping/` holds the kinds of evidence: `by_name.rs` and `by_position.rs` decide, `partly.rs`
//! and `inlined.rs` find reasons for doubt; `exports.rs` and `shape.rs` describe the exported
//! functions. They read the index of the module and `producers`, and change nothing.

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

/// Whether the exports of a module are command wrappers, as [`inspect`](crate::inspect) decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Wrapping {
    /// No export is a command wrapper.
    Clean,
    /// Every exported function is a command wrapper, except those that a tool added after linking.
    Wrapped(Wrapped),
    /// The evidence is not enough: a person has to decide, with [`Assume`].
    Undecided {
        /// The evidence for and against wrapping.
        why: String,
    },
    /// The exports are wrapped, but [`patch`](crate::patch) cannot take the wrapping out, mostly
    /// because an optimiser has rewritten it.
    Tangled {
        /// The obstacle.
        why: String,
    },
}

/// A module whose exports are wrapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrapped {
    /// The index of the function that runs the static constructors; `None` if the wrappers call
    /// none.
    pub constructors: Option<u32>,
    /// The index of the function that runs libc's destructors; `None` if the wrappers call none.
    pub destructors: Option<u32>,
    /// The wrappers, one for each function that was exported when the module was linked.
    pub wrappers: Vec<Wrapper>,
    /// The evidence for the verdict.
    pub evidence: Evidence,
}

/// A command wrapper that the linker put around a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrapper {
    /// The index of the wrapper.
    pub function: u32,
    /// The index of the wrapped function; `None` if an optimiser has inlined it into the wrapper.
    pub target: Option<u32>,
}

/// The evidence for a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The linker's names, in the name section.
    Names,
    /// The positions of the functions, and instructions that only the linker writes.
    Position,
    /// The caller's assumption ([`Assume`]).
    Assumed,
}

/// The caller's assumption about the exports of a module whose bytes do not show whether they are
/// wrapped (`--assume`).
///
/// A wrong assumption gives a module that is valid but misbehaves: with [`Assume::Clean`] for a
/// wrapped module, its state is set up anew at every call; with [`Assume::Wrapped`] for a clean
/// one, calls that the author wrote are taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assume {
    /// The exports are command wrappers.
    Wrapped,
    /// The exports are as their author wrote them.
    Clean,
}

const CONSTRUCTORS: &str = "__wasm_call_ctors";
const DESTRUCTORS: &str = "__wasm_call_dtors";

/// The suffix that the linker adds to the name of a function for the name of its wrapper.
pub(crate) const WRAPPER_SUFFIX: &str = ".command_export";

/// Decides from the bytes alone: by names if they decide, else by position.
pub(crate) fn recognise(module: &Module<'_>) -> Wrapping {
    // `patch` has taken the wrapping out; what still looks like a wrapper is the author's code.
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
            Wrapping::Clean => inlined::why_inlined(&exports).map_or(Wrapping::Clean, undecided),
            verdict => verdict,
        },
        verdict => verdict,
    }
}

/// Decides with the caller's assumption. The error says which evidence contradicts it, or why the
/// wrapping cannot be taken out.
pub(crate) fn assume(module: &Module<'_>, assume: Assume) -> Result<Wrapping, String> {
    let verdict = recognise(module);
    match (&verdict, assume) {
        (Wrapping::Wrapped(_), Assume::Wrapped) | (Wrapping::Clean, Assume::Clean) => Ok(verdict),
        (Wrapping::Wrapped(wrapped), Assume::Clean) => Err(match wrapped.evidence {
            Evidence::Names => "the linker's names say that its exports are wrapped".to_owned(),
            _ => "its exports have a form that only the linker writes".to_owned(),
        }),
        (Wrapping::Clean, Assume::Wrapped) if producers::is_patched(module) => Ok(verdict),
        (Wrapping::Clean, Assume::Wrapped) => Err("its exports have no wrapping".to_owned()),
        (_, Assume::Clean) => Ok(Wrapping::Clean),
        (_, Assume::Wrapped) => Exports::of(module).assumed(),
    }
}

/// [`Wrapping::Clean`], unless rustc before 1.100 compiled a module that uses std. The linker
/// always wraps the exports of such a module. If it looks clean, has no `_initialize` and no code
/// of its own that runs constructors, an optimiser has made the wrapping unrecognisable.
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
             and no wrapping is recognisable in this one",
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
