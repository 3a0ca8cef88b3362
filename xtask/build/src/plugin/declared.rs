//! A plugin's contract, with the places where it was written: a module in; whether it keeps the
//! contract, or all in which it does not, out.

use std::ops::Range;
use std::sync::Arc;

use anyhow::{Result, bail};
use polyreactor_contract::Contract;
use polyreactor_convention::{Inspection, Language, Mismatch, compare};

use super::problem::{Problem, Source};

/// A contract that was read from a file.
#[derive(Debug)]
pub(crate) struct Declared {
    /// What it says.
    pub(crate) contract: Contract,
    pub(super) source: Arc<Source>,
    /// Where the signatures of exports stand, in the contract's order.
    pub(super) exports: Vec<Range<usize>>,
    /// Where the signatures of imports stand.
    pub(super) imports: Vec<Range<usize>>,
}

impl Declared {
    /// Checks an implementation. `why_not_exported` is asked where an export is missing.
    pub(crate) fn check(
        &self,
        inspection: &Inspection,
        language: Language,
        why_not_exported: impl FnOnce() -> Option<String>,
    ) -> Result<()> {
        let mismatches = compare(inspection, &self.contract);
        if mismatches.is_empty() {
            return Ok(());
        }
        let problems = mismatches.iter().map(|mismatch| {
            let told = mismatch.diagnostic(Some(language));
            let span = self.span_of(mismatch);
            let subject = told.subject.unwrap_or_default();
            Problem {
                label: span.is_some().then(|| "declared here".to_owned()),
                span,
                rule: Some(told.rule.to_string()),
                cause: format!("{language}: `{}`: {}", subject.escape_debug(), told.cause),
                remedy: told.remedy,
            }
        });
        let shown = self.source.show(problems.collect());
        let is_missing = |it: &Mismatch<'_>| matches!(it, Mismatch::MissingExport(_));
        let why = mismatches.iter().any(is_missing).then(why_not_exported).flatten();
        let help = why.map_or(String::new(), |why| format!("\n\n  help: {why}"));
        bail!("it does not keep its contract\n\n{shown}{help}")
    }

    fn span_of(&self, mismatch: &Mismatch<'_>) -> Option<Range<usize>> {
        match mismatch {
            Mismatch::MissingExport(function) | Mismatch::ExportOfAnotherType(function, _) => {
                let mut exports = self.contract.exports().iter();
                let at = exports.position(|export| export.name == function.name)?;
                self.exports.get(at).cloned()
            }
            Mismatch::ImportOfAnotherType(import, _) => {
                let mut imports = self.contract.imports().iter();
                let at = imports.position(|declared| {
                    declared.module == import.module && declared.function.name == import.name
                })?;
                self.imports.get(at).cloned()
            }
            _ => None,
        }
    }
}
