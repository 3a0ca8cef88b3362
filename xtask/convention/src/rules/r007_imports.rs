//! R007: a reactor imports what WASI preview 1 serves, and what was declared.

use std::collections::HashMap;

use super::{Entry, Rule, Subject};
use crate::inspect::Import;
use crate::quote::{listed, quoted};
use crate::{Diagnostic, ExternType, Mismatch, Platform, Severity, wasi};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R007, check, page: include_str!("../pages/R007.md") };

/// What WASI was called before its first preview.
const UNSTABLE: &str = "wasi_unstable";

/// How the interfaces of WASI's later previews begin, which components import.
const LATER: &str = "wasi:";

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    of_contract(subject, diagnostics);
    for imports in by_module(subject.imports.iter()) {
        match imports[0].module.as_str() {
            wasi::MODULE => of_preview_1(subject, &imports, diagnostics),
            UNSTABLE => of_unstable(&imports, diagnostics),
            _ => of_others(subject, &imports, diagnostics),
        }
    }
}

/// Imports of one module each, in the order in which the modules come first.
fn by_module<'i>(imports: impl Iterator<Item = &'i Import>) -> Vec<Vec<&'i Import>> {
    let mut modules: Vec<Vec<&Import>> = Vec::new();
    let mut places = HashMap::new();
    for import in imports {
        let place = *places.entry(import.module.as_str()).or_insert(modules.len());
        if place == modules.len() {
            modules.push(Vec::new());
        }
        modules[place].push(import);
    }
    modules
}

/// What the contract declares otherwise, or not at all.
fn of_contract(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut undeclared = Vec::new();
    for mismatch in &subject.mismatches {
        match mismatch {
            Mismatch::UndeclaredImport(import) if subject.allows(import) => {}
            Mismatch::UndeclaredImport(import) => undeclared.push(*import),
            other => {
                let found = other.diagnostic(subject.language);
                diagnostics.extend(Some(found).filter(|found| found.rule == Rule::R007));
            }
        }
    }
    for imports in by_module(undeclared.into_iter()) {
        diagnostics.push(match imports[..] {
            [import] => Mismatch::UndeclaredImport(import).diagnostic(subject.language),
            _ => {
                let module = quoted(&imports[0].module);
                let (count, names) = (imports.len(), names(&imports));
                Diagnostic::error(
                    Rule::R007,
                    format!(
                        "the contract does not declare {count} imports from `{module}`: {names}"
                    ),
                    format!("declare them in `[imports.{module}]`, or do not import them"),
                )
            }
        });
    }
}

fn of_preview_1(subject: &Subject<'_>, imports: &[&Import], diagnostics: &mut Vec<Diagnostic>) {
    let mut missing = Vec::new();
    for import in imports {
        let (right, found) = match (wasi::function(&import.name), &import.ty) {
            (Some(right), ExternType::Func(ty)) if *ty == right => continue,
            (Some(right), found) => (right, found),
            (None, _) => {
                missing.push(*import);
                continue;
            }
        };
        let cause = format!("it is imported as {found}; WASI preview 1 has func {right}");
        let error = Diagnostic::error(Rule::R007, cause, "declare it with that type");
        diagnostics.push(error.on(&import.name));
    }
    let (allowed, missing): (Vec<_>, Vec<_>) =
        missing.into_iter().partition(|import| subject.allows(import));
    let cause = |imports: &[&Import]| match imports {
        [_] => "WASI preview 1 has no function of that name".to_owned(),
        several => format!(
            "WASI preview 1 has no functions of these {} names: {}",
            several.len(),
            names(several)
        ),
    };
    if !missing.is_empty() {
        let remedy = format!(
            "build it for wasm32-wasip1, without extensions of one host; where the host has them, \
             `--allow-import {}` says so",
            match missing[..] {
                [import] => format!("{}.{}", wasi::MODULE, quoted(&import.name)),
                _ => wasi::MODULE.to_owned(),
            }
        );
        diagnostics.push(of_all(cause(&missing), remedy, &missing));
    }
    if !allowed.is_empty() {
        let remedy = "nothing needs to be done where the host has it, as you say";
        let note = of_all(cause(&allowed), remedy.to_owned(), &allowed);
        diagnostics.push(note.severity(Severity::Note));
    }
}

fn of_unstable(imports: &[&Import], diagnostics: &mut Vec<Diagnostic>) {
    let what = match imports {
        [_] => "it imports".to_owned(),
        several => format!("it imports {} functions ({})", several.len(), names(several)),
    };
    let cause = format!("{what} from `{UNSTABLE}`, which came before preview 1");
    let remedy = "build it for wasm32-wasip1, with a toolchain of this decade".to_owned();
    diagnostics.push(of_all(cause, remedy, imports));
}

/// What the host has to provide, and nobody has declared: it will be missing at some user's.
fn of_others(subject: &Subject<'_>, imports: &[&Import], diagnostics: &mut Vec<Diagnostic>) {
    let module = imports[0].module.as_str();
    let is_wasi = module.starts_with("wasi_") || module.starts_with(LATER);
    // A contract is compared with all other modules; a world declares what it is made of.
    if subject.has_world() || subject.declared().is_some() && !module.starts_with("wasi_") {
        return;
    }
    let is_undeclared = |import: &&&Import| {
        // An imported memory is R004's.
        let declared = subject.declared();
        !matches!(import.ty, ExternType::Memory(_))
            && !subject.allows(import)
            && declared.is_none_or(|it| it.import(&import.module, &import.name).is_none())
    };
    let imports: Vec<&Import> = imports.iter().filter(is_undeclared).copied().collect();
    let what = match &imports[..] {
        [] => return,
        [import] => format!("this {}", import.ty),
        several => format!("{} imports: {}", several.len(), names(several)),
    };
    let shown = quoted(module);
    let platform = subject.platform.filter(|platform| platform.serves(imports[0]));
    let cause = match platform {
        _ if module.starts_with(LATER) => format!(
            "`{shown}` has to provide {what}; that is an interface of a later WASI, which \
             components import"
        ),
        _ if is_wasi => {
            format!("`{shown}`, which is no part of WASI preview 1, has to provide {what}")
        }
        Some(platform) => format!("`{shown}` has to provide {what}; that is {platform}"),
        None => format!("`{shown}` has to provide {what}"),
    };
    let them = if imports.len() == 1 { "it" } else { "them" };
    let declare =
        format!("have the host define {them}; `--allow-import {shown}` says that it does");
    let remedy = match platform.map(Platform::remedy) {
        _ if module.starts_with(LATER) => format!(
            "build it for wasm32-wasip1, or give the component that it belongs to to a host for \
             components; or {declare}"
        ),
        Some(remedy) => format!("{remedy}; or {declare}"),
        None => declare,
    };
    let found = of_all(cause, remedy, &imports);
    // No host that serves preview 1 to modules serves these too; with a contract, it says all.
    let is_error = module.starts_with(LATER) || subject.declared().is_some();
    diagnostics.push(if is_error { found } else { found.severity(Severity::Note) });
}

/// An error about some imports, with the name of the only one as its subject.
fn of_all(cause: String, remedy: String, imports: &[&Import]) -> Diagnostic {
    let error = Diagnostic::error(Rule::R007, cause, remedy);
    match imports {
        [import] => error.on(&import.name),
        _ => error,
    }
}

fn names(imports: &[&Import]) -> String {
    listed(imports.iter().map(|import| import.name.as_str()))
}
