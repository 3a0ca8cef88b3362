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
            format!("the bytes do not show whether its exports are command wrappers: {why}"),
            "use the module with the names that its linker wrote; or give `patch` the option \
             `--assume wrapped` if wasm-ld linked the module without a reactor's start file \
             (a Rust cdylib before 1.100), `--assume clean` if its exports were written this way",
        ),
        Wrapping::Tangled { why } => Diagnostic::error(
            Rule::R003,
            format!("its exports are command wrappers that `patch` cannot take out: {why}"),
            "run `patch` on the linker's output, before `wasm-opt` and other tools; \
             or, if nothing has to run once at initialisation, use `patch --assume clean`",
        ),
    };
    diagnostics.push(diagnostic);
}
