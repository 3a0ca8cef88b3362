//! R002: a reactor exports no `_start`, of any kind.

use super::{Entry, Rule, Subject};
use crate::{Diagnostic, Language};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R002, check, page: include_str!("../pages/R002.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if subject.export("_start").is_none() {
        return;
    }
    let remedy = match subject.language {
        Some(Language::Rust) => "build a library with `crate-type = [\"cdylib\"]`, not a program",
        Some(Language::Go) => "build it with `-buildmode=c-shared`",
        Some(Language::Zig) => {
            "set `wasi_exec_model = .reactor`, `entry = .disabled` and `rdynamic = true` in \
             build.zig (`-mexec-model=reactor -fno-entry -rdynamic`), or build it with \
             `polyreactor.addPlugin` of Polyreactor's package for Zig"
        }
        Some(Language::C) => "build it with `-mexec-model=reactor`",
        None => {
            "build it as a reactor (`-mexec-model=reactor`, `-buildmode=c-shared`, a cdylib; in \
             AssemblyScript, `--exportStart _initialize`)"
        }
    };
    let cause = "this export is the entry point of a command, which runs once and exits";
    diagnostics.push(Diagnostic::error(Rule::R002, cause, remedy).on("_start"));
}
