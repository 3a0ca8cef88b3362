//! R012: static constructors can run only once, from whatever caller.

use super::{Entry, Rule, Subject};
use crate::{Constructors, Diagnostic};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R012, check, page: include_str!("../pages/R012.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let cause = match subject.constructors {
        Constructors::Twice { .. } => {
            "`_initialize` runs the static constructors, and other code of the module does so too"
        }
        Constructors::Late { .. } => {
            "the static constructors run at the first call of some export, so other exports may \
             run before them"
        }
        Constructors::Hidden => {
            let cause = "its constructors run at the first call of an export of its WIT world, and \
                 perhaps in `_initialize` too; an optimiser has inlined them, so `patch` cannot \
                 find them";
            let remedy = "run `patch` on the linker's output, before `wasm-opt`; or, if it has no \
                 constructors that matter, use `patch --assume clean`";
            diagnostics.push(Diagnostic::error(Rule::R012, cause, remedy));
            return;
        }
        _ => return,
    };
    let remedy = "`patch` makes them run once, in `_initialize`";
    diagnostics.push(Diagnostic::error(Rule::R012, cause, remedy).mended_by_patch());
}
