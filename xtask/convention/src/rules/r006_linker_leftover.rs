//! R006: a reactor exports no linker leftovers.

use super::{Entry, Rule, Subject};
use crate::{Constructors, Diagnostic, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R006, check, page: include_str!("../pages/R006.md") };

/// What linkers and sanitizers define for their own use. An exact list: `__` at the beginning
/// of a name does not make it the linker's.
const LEFTOVERS: &[&str] = &[
    "__data_end",
    "__dso_handle",
    "__global_base",
    "__heap_base",
    "__heap_end",
    "__memory_base",
    "__stack_high",
    "__stack_low",
    "__stack_pointer",
    "__table_base",
    "__tls_align",
    "__tls_base",
    "__tls_size",
    "__wasm_apply_data_relocs",
    "__wasm_call_ctors",
    "__wasm_call_dtors",
    "__wasm_init_memory",
    "__wasm_init_tls",
];

/// Handlers of the undefined-behaviour sanitizer: Zig 0.14 exports 34 of them.
const LEFTOVER_FAMILY: &str = "__ubsan_handle_";

/// Whether an export of that name is the linker's.
pub(crate) fn is_leftover(name: &str) -> bool {
    LEFTOVERS.contains(&name) || name.starts_with(LEFTOVER_FAMILY)
}

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let leftovers = subject.exports.iter().filter(|export| is_leftover(&export.name));
    let names: Vec<_> = leftovers.map(|export| export.name.as_str()).collect();
    let Some(first) = names.first() else { return };
    let cause = match names.len() {
        1 => "the linker's own symbol is exported; it is no one's contract".to_owned(),
        count => format!(
            "{count} of the linker's own symbols are exported ({}, …); they are no one's contract",
            names[..2].join(", ")
        ),
    };
    let diagnostic = Diagnostic::error(Rule::R006, cause, "`patch` removes them from the exports")
        .severity(Severity::Warning)
        .on(*first)
        .mended_by_patch();
    diagnostics.push(diagnostic);
    // Removing the export would leave nobody to call them, so `_initialize` has to.
    if let Constructors::Host { .. } = subject.constructors
        && subject.export("_initialize").is_some()
    {
        let cause = "`_initialize` does not run the constructors that are exported for the host";
        let remedy = "`patch` makes it run them, before its own";
        let diagnostic = Diagnostic::error(Rule::R006, cause, remedy);
        diagnostics.push(diagnostic.on("__wasm_call_ctors").mended_by_patch());
    }
}
