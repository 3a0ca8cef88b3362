//! R004: a reactor exports its one linear memory as `memory`, and imports none.

use super::{Entry, Rule, Subject};
use crate::{Diagnostic, ExternType};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R004, check, page: include_str!("../pages/R004.md") };

const SHARED: &str = "its memory is shared between threads";

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut error = |cause: &str, remedy: &str| {
        diagnostics.push(Diagnostic::error(Rule::R004, cause, remedy).on("memory"));
    };
    if subject.memories.iter().any(|memory| memory.imported && memory.shared) {
        error(SHARED, "build it for wasm32-wasip1, without `-threads`");
        return;
    }
    if subject.memories.iter().any(|memory| memory.imported) {
        error(
            "it imports its linear memory",
            "link it without `--import-memory`: WASI hosts use the memory that it exports",
        );
        return;
    }
    match &subject.memories[..] {
        [] => error(
            "it has no linear memory",
            "give it one, exported as `memory`: WASI passes all data through it",
        ),
        [memory] => {
            if memory.memory64 {
                error("its memory has 64-bit addresses", "build it for wasm32, as WASI is");
            }
            if memory.shared {
                error(SHARED, "build it for wasm32-wasip1, without `-threads`");
            }
            match subject.export("memory").map(|export| &export.ty) {
                Some(ExternType::Memory(_)) => {}
                Some(other) => error(
                    &format!("its export `memory` is a {other}"),
                    "export the linear memory under that name",
                ),
                None => error(
                    "it does not export its memory",
                    "link it without `--no-export-memory`; WASI hosts look for `memory`",
                ),
            }
        }
        _ => error("it has more than one linear memory", "keep one: WASI preview 1 uses only one"),
    }
}
