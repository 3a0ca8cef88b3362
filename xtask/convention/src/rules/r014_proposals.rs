//! R014: a reactor makes do with WebAssembly 2.0, which every engine has.

use super::{Entry, Rule, Subject};
use crate::{Diagnostic, Proposal, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R014, check, page: include_str!("../pages/R014.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if subject.proposals.is_empty() {
        return;
    }
    let names: Vec<_> = subject.proposals.iter().map(Proposal::to_string).collect();
    let cause = format!("it uses {}, beyond WebAssembly 2.0: some engines lack that", join(&names));
    let remedy = match subject.proposals[..] {
        [Proposal::Exceptions, Proposal::LegacyExceptions, ..]
        | [Proposal::LegacyExceptions, ..] => {
            "build it with `-mllvm -wasm-use-legacy-eh=false`, or without exceptions: engines drop \
             the old form"
        }
        [Proposal::Exceptions, ..] => {
            "see that every host has it; else build it without (C++: `-fno-exceptions`)"
        }
        _ => "see that every host has it; else build it without, by the compiler's target features",
    };
    diagnostics.push(Diagnostic::error(Rule::R014, cause, remedy).severity(Severity::Note));
}

fn join(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
