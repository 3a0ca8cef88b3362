//! R009: a reactor exports what its contract declares; without a contract, anything at all.

use super::r006_linker_leftover::is_leftover;
use super::{Entry, Rule};
use crate::contract::{ALLOC, Broken, FREE, Mismatch, SECTION, allocator_type, compare};
use crate::{Diagnostic, ExternType, Inspection, Language, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R009, check, page: include_str!("../pages/R009.md") };

fn check(inspection: &Inspection, diagnostics: &mut Vec<Diagnostic>) {
    match &inspection.contract {
        None => {}
        Some(Ok(contract)) => {
            let mismatches = compare(inspection, contract).into_iter();
            let language = inspection.language;
            return diagnostics.extend(mismatches.filter_map(|it| against_contract(&it, language)));
        }
        Some(Err(broken)) => {
            let cause = format!("the section `{SECTION}` holds no contract: {broken}");
            let remedy = match broken {
                Broken::TooNew { .. } => "use a newer Polyreactor",
                _ => "build it again with `build-guests`, from a plugin.toml",
            };
            diagnostics.push(Diagnostic::error(Rule::R009, cause, remedy));
        }
    }
    let own = inspection.exports.iter().any(|export| {
        matches!(export.ty, ExternType::Func(_))
            && !matches!(export.name.as_str(), "_initialize" | "_start" | ALLOC | FREE)
            && !is_leftover(&export.name)
    });
    // What is no reactor at all hears about that first.
    if own || inspection.export("_start").is_some() {
        return;
    }
    let remedy = match inspection.language {
        Some(Language::Zig) => {
            "set `rdynamic = true` in build.zig: without it, Zig drops every `export fn`"
        }
        Some(Language::Rust) => "put `#[export]` on a function",
        Some(Language::Go) => "put `//go:wasmexport NAME` above a function",
        _ => "export a function (Zig: `rdynamic = true`, C: `export_name`)",
    };
    let warning = Diagnostic::error(Rule::R009, "it exports no function to be called", remedy);
    diagnostics.push(warning.severity(Severity::Warning));
}

/// What is not as the contract declares, among the exports.
fn against_contract(mismatch: &Mismatch<'_>, language: Option<Language>) -> Option<Diagnostic> {
    let (name, cause, remedy) = match *mismatch {
        Mismatch::MissingExport(function) => (
            &*function.name,
            format!(
                "the contract declares {function}, which is func {}, and it is not exported",
                function.signature.lowered()
            ),
            match language {
                Some(Language::Rust) => "put `#[export]` on a function of that name".to_owned(),
                Some(Language::Go) => {
                    format!("put `//go:wasmexport {}` above a function", function.name)
                }
                Some(Language::Zig) => "write `export fn`, and set `rdynamic = true` in \
                                        build.zig: without it, Zig drops every `export fn`"
                    .to_owned(),
                _ => "export it, or take it out of the contract".to_owned(),
            },
        ),
        Mismatch::ExportOfAnotherType(function, found) => (
            &*function.name,
            format!(
                "it is {found}; the contract declares {}, which is func {}",
                function.signature,
                function.signature.lowered()
            ),
            "give it that type, or change the contract".to_owned(),
        ),
        Mismatch::UndeclaredExport(export) => (
            &*export.name,
            format!("it is exported as {}, and the contract does not declare it", export.ty),
            "declare it in `[exports]`, or do not export it".to_owned(),
        ),
        Mismatch::MissingAllocator(name) => (
            name,
            "it is not exported, and the contract has the host pass strings or pointers, which \
             need memory of the guest's"
                .to_owned(),
            match language {
                Some(Language::Rust) => "use the crate `polyreactor-guest`, which exports it",
                Some(Language::Go) => "import Polyreactor's Go package, which exports it",
                Some(Language::Zig) => "import Polyreactor's Zig package, which exports it",
                _ => "link Polyreactor's package for the language, or export it yourself",
            }
            .to_owned(),
        ),
        Mismatch::AllocatorOfAnotherType(name, found) => (
            name,
            format!("it is {found}, and hosts call it as func {}", allocator_type(name)),
            "leave the name to Polyreactor's guest package, or give it that type".to_owned(),
        ),
        // R007's.
        Mismatch::UndeclaredImport(_) | Mismatch::ImportOfAnotherType(..) => return None,
    };
    Some(Diagnostic::error(Rule::R009, cause, remedy).on(name))
}
