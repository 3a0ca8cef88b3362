//! R014: a reactor uses no proposal beyond WebAssembly 2.0, which every engine supports.

use super::{Entry, Rule, Subject};
use crate::{Diagnostic, Proposal, Severity};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R014, check, page: include_str!("../pages/R014.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    // R004 already reports these properties of memories.
    let is_shared = subject.memories.iter().any(|memory| memory.shared);
    let is_reported = |proposal: &&Proposal| match proposal {
        Proposal::MultiMemory => true,
        Proposal::Memory64 => subject.memories.iter().any(|memory| memory.memory64),
        Proposal::Threads => is_shared,
        _ => false,
    };
    let proposals: Vec<_> = subject.proposals.iter().filter(|it| !is_reported(it)).collect();
    if proposals.is_empty() {
        return;
    }
    let names: Vec<_> = proposals.iter().map(ToString::to_string).collect();
    let cause = format!("it uses {}, beyond WebAssembly 2.0: some engines lack that", join(&names));
    let remedy = match proposals[..] {
        [Proposal::Exceptions, Proposal::LegacyExceptions, ..]
        | [Proposal::LegacyExceptions, ..] => {
            "build it with `-mllvm -wasm-use-legacy-eh=false`, or without exceptions: engines drop \
             the old form"
        }
        [Proposal::Exceptions, ..] => {
            "make sure that every host supports that, or build it without (C++: `-fno-exceptions`)"
        }
        _ => {
            "make sure that every host supports that, or build it without, by the target features \
             of the compiler"
        }
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
