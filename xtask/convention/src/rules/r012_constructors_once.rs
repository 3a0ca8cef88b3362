//! R012: static constructors can run only once, whoever calls them.

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
            "the static constructors run when some export is first called, after others may have \
             been"
        }
        Constructors::Hidden => {
            let cause = "its constructors run when an export of its world is first called, and \
                 perhaps in `_initialize` too; an optimiser has put them where they cannot be found";
            let remedy = "patch what the linker wrote, before `wasm-opt`; or, if it has none that \
                 matter, `patch --assume clean`";
            diagnostics.push(Diagnostic::error(Rule::R012, cause, remedy));
            return;
        }
        _ => return,
    };
    let remedy = "`patch` has them run once, in `_initialize`";
    diagnostics.push(Diagnostic::error(Rule::R012, cause, remedy).mended_by_patch());
}
