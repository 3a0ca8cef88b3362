//! R007: a reactor imports only functions of WASI preview 1 and what was declared.

use std::collections::HashMap;

use super::{Entry, Rule, Subject};
use crate::inspect::Import;
use crate::quote::{listed, quoted};
use crate::{Diagnostic, ExternType, Mismatch, Platform, Severity, wasi};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R007, check, page: include_str!("../pages/R007.md") };

/// The import module of WASI before preview 1.
const UNSTABLE: &str = "wasi_unstable";

/// The prefix of interfaces of WASI from preview 2 on, which components import.
const LATER_PREFIX: &str = "wasi:";

/// The remedy of what is allowed.
const PROVIDED: &str = "nothing needs to be done if the host provides it, as `--allow-import` says";

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

/// Groups imports by module, in the order of each module's first import.
fn by_module<'i>(imports: impl Iterator<Item = &'i Import>) -> Vec<Vec<&'i Import>> {
    let mut modules: Vec<Vec<&Import>> = Vec::new();
    let mut positions = HashMap::new();
    for import in imports {
        let position = *positions.entry(import.module.as_str()).or_insert(modules.len());
        if position == modules.len() {
            modules.push(Vec::new());
        }
        modules[position].push(import);
    }
    modules
}

/// Imports that the contract declares with another type, or does not declare.
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
        let (expected, found) = match (wasi::function(&import.name), &import.ty) {
            (Some(expected), ExternType::Func(ty)) if *ty == expected => continue,
            (Some(expected), found) => (expected, found),
            (None, _) => {
                missing.push(*import);
                continue;
            }
        };
        let cause = format!("it is imported as {found}; WASI preview 1 has func {expected}");
        let allowed = subject.allows(import);
        let remedy = match allowed {
            true => PROVIDED.to_owned(),
            false => format!(
                "declare it with that type; or, if the host provides it as it is imported, use \
                 `check --allow-import {}.{}`",
                wasi::MODULE,
                quoted(&import.name)
            ),
        };
        let found = Diagnostic::error(Rule::R007, cause, remedy).on(&import.name);
        diagnostics.push(if allowed { found.severity(Severity::Note) } else { found });
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
            "build it for wasm32-wasip1, without extensions of one host; or, if the host provides \
             them, use `check --allow-import {}`",
            match missing[..] {
                [import] => format!("{}.{}", wasi::MODULE, quoted(&import.name)),
                _ => wasi::MODULE.to_owned(),
            }
        );
        diagnostics.push(of_all(cause(&missing), remedy, &missing));
    }
    if !allowed.is_empty() {
        let note = of_all(cause(&allowed), PROVIDED.to_owned(), &allowed);
        diagnostics.push(note.severity(Severity::Note));
    }
}

fn of_unstable(imports: &[&Import], diagnostics: &mut Vec<Diagnostic>) {
    let what = match imports {
        [_] => "it is imported".to_owned(),
        several => format!("it imports {} functions ({})", several.len(), names(several)),
    };
    let cause = format!("{what} from `{UNSTABLE}`, the WASI before preview 1");
    let remedy = "build it for wasm32-wasip1, with a current toolchain".to_owned();
    diagnostics.push(of_all(cause, remedy, imports));
}

/// Undeclared imports from other modules: instantiation fails in each host that lacks them.
fn of_others(subject: &Subject<'_>, imports: &[&Import], diagnostics: &mut Vec<Diagnostic>) {
    let module = imports[0].module.as_str();
    let is_wasi = module.starts_with("wasi_") || module.starts_with(LATER_PREFIX);
    // `of_contract` has compared a contract with all modules but `wasi_…`. A WIT world declares its
    // imports itself.
    if subject.has_world() || subject.declared().is_some() && !module.starts_with("wasi_") {
        return;
    }
    let is_undeclared = |import: &&&Import| {
        // R004 reports an imported memory.
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
        _ if module.starts_with(LATER_PREFIX) => format!(
            "`{shown}` has to provide {what}; that is an interface of WASI 0.2 or later, for \
             components"
        ),
        _ if is_wasi => {
            format!("`{shown}`, which is no part of WASI preview 1, has to provide {what}")
        }
        Some(platform) => format!("`{shown}` has to provide {what}; that is {platform}"),
        None => format!("`{shown}` has to provide {what}"),
    };
    let them = if imports.len() == 1 { "it" } else { "them" };
    let declare =
        format!("define {them} in the host; `check --allow-import {shown}` then accepts {them}");
    let remedy = match platform.map(Platform::remedy) {
        _ if module.starts_with(LATER_PREFIX) => format!(
            "build it for wasm32-wasip1, or run its component in a host for components; or \
             {declare}"
        ),
        Some(remedy) => format!("{remedy}; or {declare}"),
        None => declare,
    };
    let found = of_all(cause, remedy, &imports);
    // Hosts that serve preview 1 to core modules do not serve later interfaces to them; and a
    // contract has to declare every import.
    let is_error = module.starts_with(LATER_PREFIX) || subject.declared().is_some();
    diagnostics.push(if is_error { found } else { found.severity(Severity::Note) });
}

/// An error about some imports; if there is only one, its name is the subject.
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
