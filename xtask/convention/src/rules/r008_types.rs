//! R008: plain exports use `i32 i64 f32 f64`, and at most one result.

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
        let remedy = "give it a name: Go cannot export it under that one, and nobody sees it";
        let warning = Diagnostic::error(Rule::R008, cause, remedy);
        diagnostics.push(warning.severity(Severity::Warning).on(&export.name));
    }
    for export in subject.exports.iter().filter(|export| !is_canonical(&export.name)) {
        let ExternType::Func(ty) = &export.ty else { continue };
        let strange = ty.params.iter().chain(&*ty.results).find(|ty| !ty.is_number());
        let cause = match strange {
            Some(strange) => format!("it is {ty}; {strange} is no type that Go and Zig can say"),
            None if ty.results.len() > 1 => {
                format!("it is {ty}; Go and Zig know one result at most")
            }
            None => continue,
        };
        let remedy = "pass numbers, and more than one result through memory";
        let warning = Diagnostic::error(Rule::R008, cause, remedy);
        diagnostics.push(warning.severity(Severity::Warning).on(&export.name));
    }
}

/// Whether a component's tooling owns the name.
fn is_canonical(name: &str) -> bool {
    name.starts_with("cabi_") || name.contains('#')
}
