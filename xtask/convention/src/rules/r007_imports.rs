//! R007: a reactor imports what WASI preview 1 serves, and what was declared.

use super::{CheckOptions, Entry, Rule};
use crate::inspect::Import;
use crate::{Diagnostic, ExternType, Inspection, Mismatch, Severity, compare, wasi};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R007, check: check_wasi, page: include_str!("../pages/R007.md") };

fn check_wasi(inspection: &Inspection, diagnostics: &mut Vec<Diagnostic>) {
    for import in &inspection.imports {
        if import.module == wasi::MODULE {
            diagnostics.extend(fault(import));
        } else if import.module == "wasi_unstable" {
            let remedy = "build it for wasm32-wasip1, with a toolchain of this decade";
            let cause = "it imports from `wasi_unstable`, which came before preview 1";
            diagnostics.push(Diagnostic::error(Rule::R007, cause, remedy).on(&import.name));
        }
    }
}

fn fault(import: &Import) -> Option<Diagnostic> {
    let (cause, remedy) = match (wasi::function(&import.name), &import.ty) {
        (Some(right), ExternType::Func(ty)) if *ty == right => return None,
        (Some(right), found) => (
            format!("it is imported as {found}; WASI preview 1 has func {right}"),
            "declare it with that type",
        ),
        (None, _) => (
            "WASI preview 1 has no function of that name".to_owned(),
            "build it for wasm32-wasip1, without extensions of one host",
        ),
    };
    Some(Diagnostic::error(Rule::R007, cause, remedy).on(&import.name))
}

/// A note for each import that nobody has declared: it will be missing at some user's.
pub(super) fn check_declared(
    inspection: &Inspection,
    options: &CheckOptions,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Some(contract) = inspection.declared() {
        let allowed = |mismatch: &Mismatch<'_>| match mismatch {
            Mismatch::UndeclaredImport(import) => options.allowed_imports.contains(&import.module),
            _ => false,
        };
        let mismatches = compare(inspection, contract).into_iter().filter(|it| !allowed(it));
        let found = mismatches.map(|mismatch| mismatch.diagnostic(inspection.language));
        return diagnostics.extend(found.filter(|diagnostic| diagnostic.rule == Rule::R007));
    }
    if inspection.has_world() {
        return;
    }
    let declared = |module: &str| {
        module.starts_with("wasi_") || options.allowed_imports.iter().any(|name| name == module)
    };
    for Import { module, name, ty } in &inspection.imports {
        // An imported memory is R004's.
        if declared(module) || matches!(ty, ExternType::Memory(_)) {
            continue;
        }
        let note = Diagnostic::error(
            Rule::R007,
            format!("`{}` has to provide this {ty}", module.escape_debug()),
            format!(
                "have the host define it; `--allow-import {}` says that it does",
                module.escape_debug()
            ),
        );
        diagnostics.push(note.severity(Severity::Note).on(name));
    }
}
