//! R005: a reactor has no start section that can reach an import.

use super::{Entry, Rule, Subject};
use crate::inspect::Start;
use crate::{Diagnostic, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R005, check, page: include_str!("../pages/R005.md") };

/// What to do where no `_initialize` can take it over.
const REMEDY: &str = "have the compiler write no start section: in AssemblyScript, call what starts \
     the module by `--exportStart _initialize`; in a text, export that function as `_initialize` \
     instead of naming it by `start`; or call it first in the `_initialize` that there is";

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let diagnostic = match subject.start {
        None => return,
        Some(Start::Harmless) => Diagnostic::error(
            Rule::R005,
            "its start section runs code while it is instantiated; that reaches no import",
            "nothing needs to be done",
        )
        .severity(Severity::Note),
        Some(Start::MayReachImport) => {
            let cause = "its start section may call an import before the host can serve WASI";
            // Where there is one, only its author knows which of the two has to come first.
            let is_free =
                ["_initialize", "_start"].iter().all(|name| subject.export(name).is_none());
            match is_free {
                true => Diagnostic::error(Rule::R005, cause, "`patch` has `_initialize` do that")
                    .mended_by_patch(),
                false => Diagnostic::error(Rule::R005, cause, REMEDY),
            }
        }
    };
    diagnostics.push(diagnostic);
}
