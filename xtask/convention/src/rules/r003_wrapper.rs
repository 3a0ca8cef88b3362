//! R003: no export of a reactor is a command wrapper.

use std::collections::BTreeSet;

use super::{Entry, Rule, Subject};
use crate::{Diagnostic, Wrapping};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R003, check, page: include_str!("../pages/R003.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let diagnostic = match &subject.wrapping {
        Wrapping::Clean => return,
        Wrapping::Wrapped(wrapped) => {
            let count = wrapped.wrappers.len();
            let what = match (wrapped.constructors, wrapped.destructors) {
                (Some(_), Some(_)) => "static constructors and destructors",
                (Some(_), None) => "static constructors",
                _ => "libc's destructors",
            };
            let exported: BTreeSet<_> =
                subject.exports.iter().filter_map(|it| it.function).collect();
            let exports = match (count, exported.len()) {
                (1, 1) => "its exported function is a command wrapper".to_owned(),
                (1, all) => format!("1 of its {all} exported functions is a command wrapper"),
                (_, all) if count == all => {
                    format!("its {count} exported functions are command wrappers")
                }
                (_, all) => format!("{count} of its {all} exported functions are command wrappers"),
            };
            Diagnostic::error(
                Rule::R003,
                format!("{exports}: each call runs {what} again"),
                "`patch` takes the wrapping out",
            )
            .mended_by_patch()
        }
        Wrapping::Undecided { why } => Diagnostic::error(
            Rule::R003,
            format!("it cannot be told whether its exports are command wrappers: {why}"),
            "give the module with the names that its linker wrote; or say what it is, to `patch`: \
             `--assume wrapped` if wasm-ld linked it without a reactor's start file \
             (a Rust cdylib before 1.100), `--assume clean` if it was written this way",
        ),
        Wrapping::Tangled { why } => Diagnostic::error(
            Rule::R003,
            format!("its exports are command wrappers that cannot be taken out: {why}"),
            "patch what the linker wrote, before `wasm-opt` and other tools; \
             or, if nothing has to run once at the start, `patch --assume clean`",
        ),
    };
    diagnostics.push(diagnostic);
}
