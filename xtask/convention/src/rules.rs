//! The rules of the convention: an [`Inspection`] in, every [`Diagnostic`] at once out.
//!
//! `rules/` holds one file per rule, each with an `ENTRY`: the check and the page that
//! `check --explain` shows. A rule reads the inspection, the options and the comparison with the
//! contract; it never reads bytes, and no rule uses another one.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use crate::inspect::Import;
use crate::{Diagnostic, Inspection, Language, Mismatch, compare, quote};

mod r001_initialize;
mod r002_start;
mod r003_wrapper;
mod r004_memory;
mod r005_start_section;
mod r006_linker_leftover;
mod r007_imports;
mod r008_types;
mod r009_exports;
mod r010_preinitialised;
mod r011_producers;
mod r012_constructors_once;
mod r013_symbols;
mod r014_proposals;

/// A rule about the shape of a module, named by its code in `CONVENTION.md`.
///
/// [`Display`](fmt::Display) and [`FromStr`] use the code, `R001`; parsing ignores case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// The module exports `_initialize`, of type `() -> ()`.
    R001,
    /// The module exports no `_start`.
    R002,
    /// No export is a command wrapper.
    R003,
    /// The module exports its one linear memory as `memory`, and imports none.
    R004,
    /// The module has no start section that can reach an import.
    R005,
    /// The module exports no linker leftovers.
    R006,
    /// The module imports only functions of WASI preview 1 and what was declared.
    R007,
    /// Plain exports use number types and have at most one result and a name.
    R008,
    /// The module exports what its contract declares.
    R009,
    /// A pre-initialised module says so in a section.
    R010,
    /// A patched module names Polyreactor in `producers`.
    R011,
    /// Static constructors can run only once.
    R012,
    /// Exports have their own names, not link-time symbols.
    R013,
    /// The module uses no proposal beyond WebAssembly 2.0.
    R014,
}

/// A rule with its check and its page.
struct Entry {
    rule: Rule,
    check: fn(&Subject<'_>, &mut Vec<Diagnostic>),
    page: &'static str,
}

/// The module to check, with the options and what follows from both.
struct Subject<'a> {
    inspection: &'a Inspection,
    options: &'a CheckOptions,
    /// The language from the options, else the one that the bytes show.
    language: Option<Language>,
    /// Every mismatch with the contract; empty without a contract.
    mismatches: Vec<Mismatch<'a>>,
}

const ENTRIES: &[Entry] = &[
    r001_initialize::ENTRY,
    r002_start::ENTRY,
    r003_wrapper::ENTRY,
    r004_memory::ENTRY,
    r005_start_section::ENTRY,
    r006_linker_leftover::ENTRY,
    r007_imports::ENTRY,
    r008_types::ENTRY,
    r009_exports::ENTRY,
    r010_preinitialised::ENTRY,
    r011_producers::ENTRY,
    r012_constructors_once::ENTRY,
    r013_symbols::ENTRY,
    r014_proposals::ENTRY,
];

/// Options of [`check`].
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CheckOptions {
    /// Imports that the host provides, so R007 accepts them: `MODULE` for all imports from a
    /// module, or `MODULE.NAME` for one. Default: none.
    pub allowed_imports: Vec<String>,
    /// The source language, which selects remedies. Default: the language that the bytes show.
    /// They may show none, and for Zig they often show C.
    pub language: Option<Language>,
}

impl CheckOptions {
    /// Sets the source language of the module.
    pub fn language(self, language: Language) -> Self {
        CheckOptions { language: Some(language), ..self }
    }
}

/// Checks a module against every rule, and returns all diagnostics, in the order of the rules. A
/// module that keeps the convention may still have warnings and notes.
///
/// For a module that was built for another platform than WASI and that [`patch`](crate::patch)
/// would refuse, the result is one diagnostic that says so: the remedy is another build, and the
/// violated rules would not lead to it.
pub fn check(inspection: &Inspection, options: &CheckOptions) -> Vec<Diagnostic> {
    let subject = Subject::of(inspection, options);
    let mut diagnostics = Vec::new();
    for entry in ENTRIES {
        (entry.check)(&subject, &mut diagnostics);
    }
    if let Some(diagnostic) = for_another_platform(&subject, &diagnostics) {
        return vec![diagnostic];
    }
    add_preconditions(&mut diagnostics);
    diagnostics
}

/// `patch` repairs a module completely or refuses it. So the remedy "`patch` …" gets a
/// precondition, "settle R…; then", if the module also breaks rules that make `patch` refuse.
fn add_preconditions(diagnostics: &mut [Diagnostic]) {
    // A diagnostic that another rule's remedy settles is no hindrance itself.
    let hinders = |found: &&Diagnostic| found.hinders_patch() && found.settled_by.is_none();
    let hindrances: BTreeSet<Rule> =
        diagnostics.iter().filter(hinders).map(|found| found.rule).collect();
    if hindrances.is_empty() {
        return;
    }
    let rules: Vec<_> = hindrances.iter().map(Rule::to_string).collect();
    for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.mended_by_patch) {
        diagnostic.remedy = format!("settle {}; then {}", rules.join(", "), diagnostic.remedy);
    }
}

fn for_another_platform(subject: &Subject<'_>, found: &[Diagnostic]) -> Option<Diagnostic> {
    let platform = subject.platform?;
    let is_served = |import: &&Import| platform.serves(import);
    let import = subject.imports.iter().find(is_served).filter(|import| !subject.allows(import))?;
    let first = found.iter().find(|diagnostic| diagnostic.hinders_patch())?;
    let count = subject.imports.iter().filter(is_served).count();
    let imports = if count == 1 { "an import" } else { &*format!("{count} imports") };
    let cause = format!(
        "it is built for {platform}, not for WASI: it has {imports} from `{}`",
        quote::quoted(&import.module)
    );
    Some(Diagnostic::error(first.rule, cause, platform.remedy()))
}

impl<'a> Subject<'a> {
    fn of(inspection: &'a Inspection, options: &'a CheckOptions) -> Self {
        let contract = inspection.declared();
        Subject {
            inspection,
            options,
            language: options.language.or(inspection.language),
            mismatches: contract.map_or(Vec::new(), |contract| compare(inspection, contract)),
        }
    }

    /// Whether the options say that the host provides an import.
    fn allows(&self, import: &Import) -> bool {
        let Import { module, name, .. } = import;
        self.options.allowed_imports.iter().any(|allowed| {
            let rest = allowed.strip_prefix(module.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('.') == Some(name))
        })
    }
}

impl Deref for Subject<'_> {
    type Target = Inspection;

    fn deref(&self) -> &Inspection {
        self.inspection
    }
}

impl Rule {
    /// All rules, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Rule> {
        ENTRIES.iter().map(|entry| entry.rule)
    }

    /// The page that explains the rule, in Markdown: what it demands, why, an example before and
    /// after, and the remedy.
    pub fn page(self) -> &'static str {
        let entry = ENTRIES.iter().find(|entry| entry.rule == self);
        entry.map_or("", |entry| entry.page)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, String> {
        let found = Rule::all().find(|rule| rule.to_string().eq_ignore_ascii_case(code));
        found.ok_or_else(|| {
            let codes: Vec<_> = Rule::all().map(|rule| rule.to_string()).collect();
            format!("there is no rule `{code}`; the rules are {}", codes.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_page_of_its_own() {
        for rule in Rule::all() {
            assert!(rule.page().starts_with(&format!("# {rule}: ")), "{rule}");
            assert!(rule.page().contains("\n## Remedy\n"), "{rule}");
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
    }

    /// Which rules hinder `patch` does not depend on the words of a remedy.
    #[test]
    fn a_precondition_names_the_rules_that_hinder_patch() {
        let mut diagnostics = [
            Diagnostic::error(Rule::R001, "a", "`patch` then adds it").settled_by(Rule::R003),
            Diagnostic::error(Rule::R003, "b", "settle this by hand"),
            Diagnostic::error(Rule::R005, "c", "`patch` moves it").mended_by_patch(),
        ];
        add_preconditions(&mut diagnostics);
        let remedies: Vec<_> = diagnostics.iter().map(|it| it.remedy.as_str()).collect();
        let expected = [
            "settle R003; `patch` then adds it",
            "settle this by hand",
            "settle R003; then `patch` moves it",
        ];
        assert_eq!(remedies, expected);
    }
}
