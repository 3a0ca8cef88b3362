//! R001: a reactor exports `_initialize`, a function of type `() -> ()`.

use super::{Entry, Rule, Subject};
use crate::{Diagnostic, ExternType, Wrapping};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R001, check, page: include_str!("../pages/R001.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let error = |cause: &str, remedy| Diagnostic::error(Rule::R001, cause, remedy);
    match subject.export("_initialize").map(|export| &export.ty) {
        Some(ExternType::Func(ty)) if ty.is_plain() => {}
        Some(ExternType::Func(ty)) => diagnostics.push(
            error(
                &format!("it is {ty}; hosts call it without arguments"),
                "give it no parameters and no result",
            )
            .on("_initialize"),
        ),
        Some(other) => diagnostics.push(
            error(&format!("it is a {other}, not a function"), "rename that export")
                .on("_initialize"),
        ),
        // R002 reports a command; an `_initialize` would not help it.
        None if subject.export("_start").is_some() => {}
        None => {
            let cause = "it exports no `_initialize`, so no host can run its constructors once";
            diagnostics.push(match subject.wrapping {
                Wrapping::Clean | Wrapping::Wrapped(_) => {
                    error(cause, "`patch` adds it").mended_by_patch()
                }
                _ => error(cause, "`patch` then adds it").settled_by(Rule::R003),
            });
        }
    }
}
