//! R010: a pre-initialised module says so, and still exports `_initialize`.

use super::{Entry, Rule, Subject};
use crate::{Diagnostic, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R010, check, page: include_str!("../pages/R010.md") };

/// The section that marks a module as a snapshot taken after `_initialize`.
const SECTION: &str = "polyreactor.preinit";

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if subject.sections.iter().any(|section| section.name == SECTION) {
        let cause = "it is a snapshot taken after `_initialize`";
        let note = Diagnostic::error(Rule::R010, cause, "nothing needs to be done");
        diagnostics.push(note.severity(Severity::Note));
    }
}
