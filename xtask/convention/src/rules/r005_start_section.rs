//! R005: a reactor has no start section that can reach an import.

use super::{Entry, Rule, Subject};
use crate::inspect::Start;
use crate::{Diagnostic, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R005, check, page: include_str!("../pages/R005.md") };

/// The remedy where `patch` cannot move the start function into an `_initialize` of its own.
const REMEDY: &str = "have the compiler write no start section: in AssemblyScript, pass \
     `--exportStart _initialize`; in the text format, export the start function as `_initialize` \
     instead of naming it in `(start …)`, or call it first in the existing `_initialize`";

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let diagnostic = match subject.start {
        None => return,
        Some(Start::Harmless) => Diagnostic::error(
            Rule::R005,
            "its start section runs code during instantiation; that code reaches no import",
            "nothing needs to be done",
        )
        .severity(Severity::Note),
        Some(Start::MayReachImport) => {
            let cause = "its start section may call an import before the host can serve WASI";
            // With an `_initialize`, only the author knows whether it has to run before or after
            // the start function.
            let can_move =
                ["_initialize", "_start"].iter().all(|name| subject.export(name).is_none());
            match can_move {
                true => Diagnostic::error(
                    Rule::R005,
                    cause,
                    "`patch` moves that code into `_initialize`",
                )
                .mended_by_patch(),
                false => Diagnostic::error(Rule::R005, cause, REMEDY),
            }
        }
    };
    diagnostics.push(diagnostic);
}
