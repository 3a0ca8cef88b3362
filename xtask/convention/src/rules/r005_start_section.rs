//! R005: a reactor has no start section that can reach an import.

use super::{Entry, Rule};
use crate::inspect::Start;
use crate::{Diagnostic, Inspection, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R005, check, page: include_str!("../pages/R005.md") };

fn check(inspection: &Inspection, diagnostics: &mut Vec<Diagnostic>) {
    let diagnostic = match inspection.start {
        None => return,
        Some(Start::Harmless) => Diagnostic::error(
            Rule::R005,
            "its start section runs code while it is instantiated; that reaches no import",
            "nothing needs to be done",
        )
        .severity(Severity::Note),
        Some(Start::MayReachImport) => Diagnostic::error(
            Rule::R005,
            "its start section may call an import before the host can serve WASI",
            "move that code into `_initialize`",
        ),
    };
    diagnostics.push(diagnostic);
}
