//! R009: a reactor exports what its contract declares; without a contract, at least one function.

use polyreactor_contract::{ALLOC, Broken, FREE, SECTION, is_linker_name};

use super::{Entry, Rule, Subject};
use crate::{Diagnostic, ExternType, Language, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R009, check, page: include_str!("../pages/R009.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    match &subject.contract {
        None => {}
        Some(Ok(_)) => {
            let found = subject.mismatches.iter().map(|it| it.diagnostic(subject.language));
            return diagnostics.extend(found.filter(|found| found.rule == Rule::R009));
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
    let own = subject.exports.iter().any(|export| {
        matches!(export.ty, ExternType::Func(_))
            && !matches!(export.name.as_str(), "_initialize" | "_start" | ALLOC | FREE)
            && !is_linker_name(&export.name)
    });
    // R002 reports a command; its exports do not matter before that is repaired.
    if own || subject.export("_start").is_some() {
        return;
    }
    let remedy = match subject.language {
        Some(Language::Zig) => {
            "set `rdynamic = true` in build.zig (`-rdynamic`): without it, Zig drops every `export \
             fn`; or build it with `polyreactor.addPlugin` of Polyreactor's package for Zig"
        }
        Some(Language::Rust) => "put `#[export]` on a function",
        Some(Language::Go) => "put `//go:wasmexport NAME` above a function",
        _ => "export a function (Zig: `rdynamic = true`, C: `export_name`)",
    };
    let warning = Diagnostic::error(Rule::R009, "it exports no function to be called", remedy);
    diagnostics.push(warning.severity(Severity::Warning));
}
