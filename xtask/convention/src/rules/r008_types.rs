//! R008: plain exports use `i32 i64 f32 f64`, have at most one result, and have a name.

use super::{Entry, Rule, Subject};
use crate::{Diagnostic, ExternType, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R008, check, page: include_str!("../pages/R008.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if subject.has_world() {
        return;
    }
    for export in subject.exports.iter().filter(|export| export.name.is_empty()) {
        let cause = format!("its name is empty, and it is a {}", export.ty);
        let remedy = "give it a name: Go cannot export an empty name, and listings do not show it";
        let warning = Diagnostic::error(Rule::R008, cause, remedy);
        diagnostics.push(warning.severity(Severity::Warning).on(&export.name));
    }
    for export in subject.exports.iter().filter(|export| !is_canonical(&export.name)) {
        let ExternType::Func(ty) = &export.ty else { continue };
        let other = ty.params.iter().chain(&*ty.results).find(|ty| !ty.is_number());
        let cause = match other {
            Some(other) => format!("it is {ty}; Go and Zig cannot export functions with {other}"),
            None if ty.results.len() > 1 => {
                format!("it is {ty}; Go and Zig export functions with at most one result")
            }
            None => continue,
        };
        let remedy = "pass numbers, and more than one result through memory";
        let warning = Diagnostic::error(Rule::R008, cause, remedy);
        diagnostics.push(warning.severity(Severity::Warning).on(&export.name));
    }
}

/// Whether the name belongs to component tooling (the canonical ABI).
fn is_canonical(name: &str) -> bool {
    name.starts_with("cabi_") || name.contains('#')
}
