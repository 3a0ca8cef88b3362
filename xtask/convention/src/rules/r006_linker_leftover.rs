//! R006: a reactor exports no linker leftovers.

use polyreactor_contract::is_linker_name;

use super::{Entry, Rule, Subject};
use crate::quote::quoted;
use crate::{Constructors, Diagnostic, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R006, check, page: include_str!("../pages/R006.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let leftovers = subject.exports.iter().filter(|export| is_linker_name(&export.name));
    let names: Vec<_> = leftovers.map(|export| export.name.as_str()).collect();
    let Some(first) = names.first() else { return };
    let cause = match names.len() {
        1 => "this export is a symbol of the linker, not part of the plugin's interface".to_owned(),
        count => format!(
            "{count} exports are symbols of the linker ({}, …), not part of the plugin's interface",
            names[..2].iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
        ),
    };
    let diagnostic = Diagnostic::error(Rule::R006, cause, "`patch` removes them from the exports")
        .severity(Severity::Warning)
        .on(*first)
        .mended_by_patch();
    diagnostics.push(diagnostic);
    // Once the export is removed, no host can call the constructors, so `_initialize` has to.
    if let Constructors::Host { .. } = subject.constructors
        && subject.export("_initialize").is_some()
    {
        let cause = "`_initialize` does not run the constructors that are exported for the host";
        let remedy = "`patch` makes `_initialize` run them first";
        let diagnostic = Diagnostic::error(Rule::R006, cause, remedy);
        diagnostics.push(diagnostic.on("__wasm_call_ctors").mended_by_patch());
    }
}
