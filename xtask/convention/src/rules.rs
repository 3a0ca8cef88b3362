//! The rules of the convention: an [`Inspection`] in, every [`Diagnostic`] at once out. A
//! file a rule, each with the page that `--explain` shows.

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

/// A rule about the shape of a module, by its code in CONVENTION.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// It exports `_initialize`, of type `() -> ()`.
    R001,
    /// It exports no `_start`.
    R002,
    /// No export is a command wrapper.
    R003,
    /// It exports its one linear memory as `memory` and imports none.
    R004,
    /// It has no start section that can reach an import.
    R005,
    /// It exports no linker leftovers.
    R006,
    /// It imports what WASI preview 1 serves, and what was declared.
    R007,
    /// Its plain exports use numbers, and at most one result.
    R008,
    /// It exports what its contract declares.
    R009,
    /// A pre-initialised module says so.
    R010,
    /// Who patched it stands in `producers`.
    R011,
    /// Its constructors can run only once.
    R012,
    /// Its exports have their own names, not the linker's symbols.
    R013,
    /// It makes do with WebAssembly 2.0.
    R014,
}

/// What there is to a rule: its check and its page.
struct Entry {
    rule: Rule,
    check: fn(&Subject<'_>, &mut Vec<Diagnostic>),
    page: &'static str,
}

/// A module that is checked, and what is known of it beside its bytes.
struct Subject<'a> {
    inspection: &'a Inspection,
    options: &'a CheckOptions,
    /// As the options say, or as the bytes do.
    language: Option<Language>,
    /// Every way in which the module is not as its contract declares.
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

/// What a module may have that it would be told about otherwise.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CheckOptions {
    /// What the host provides (R007): a module, by the name under which it is imported, or one
    /// import, as `MODULE.NAME`.
    pub allowed_imports: Vec<String>,
    /// The language it was written in, for remedies, where that is known. The bytes may tell
    /// none, and of Zig they often tell that it is C.
    pub language: Option<Language>,
}

impl CheckOptions {
    /// With the language that the module was written in.
    pub fn language(self, language: Language) -> Self {
        CheckOptions { language: Some(language), ..self }
    }
}

/// Checks a module against every rule.
///
/// What is built for another platform than WASI, and can't be made a reactor, is told just that: how
/// it breaks the rules would lead nobody to what has to be done.
pub fn check(inspection: &Inspection, options: &CheckOptions) -> Vec<Diagnostic> {
    let subject = Subject::of(inspection, options);
    let mut diagnostics = Vec::new();
    for entry in ENTRIES {
        (entry.check)(&subject, &mut diagnostics);
    }
    if let Some(diagnostic) = for_another_platform(&subject, &diagnostics) {
        return vec![diagnostic];
    }
    promise_no_more(&mut diagnostics);
    diagnostics
}

/// Patching mends all or nothing: what it mends has to wait for what it does not.
fn promise_no_more(diagnostics: &mut [Diagnostic]) {
    // What only waits for another one is no hindrance of its own.
    let hinders =
        |found: &&Diagnostic| found.hinders_patch() && !found.remedy.starts_with("settle ");
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
    let is_its = |import: &&Import| platform.serves(import);
    let import = subject.imports.iter().find(is_its).filter(|import| !subject.allows(import))?;
    let first = found.iter().find(|diagnostic| diagnostic.hinders_patch())?;
    let count = subject.imports.iter().filter(is_its).count();
    let imports = if count == 1 { "an import" } else { &*format!("{count} imports") };
    let cause = format!(
        "it is not built for WASI: {imports} from `{}` are for {platform} to serve",
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

    /// Whether the host is said to provide an import.
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
    /// All rules, in order.
    pub fn all() -> impl Iterator<Item = Rule> {
        ENTRIES.iter().map(|entry| entry.rule)
    }

    /// The page that explains the rule, in Markdown: what, why, before and after, remedy.
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
}
