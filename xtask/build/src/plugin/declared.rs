//! A plugin's contract with its places in the description: compares a module with the contract, and
//! reports every mismatch at the line that declares the function.

use std::ops::Range;
use std::sync::Arc;

use anyhow::{Result, bail};
use polyreactor_contract::Contract;
use polyreactor_convention::{Inspection, Language, Mismatch, compare};

use super::problem::{Problem, Source};

/// A contract that was read from a description, with the places of its signatures.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) contract: Contract,
    pub(super) source: Arc<Source>,
    /// The places of the exports' signatures in the source, in the contract's order.
    pub(super) exports: Vec<Range<usize>>,
    /// The places of the imports' signatures, likewise.
    pub(super) imports: Vec<Range<usize>>,
}

impl Declared {
    /// Compares a compiled implementation with the contract. Where an export is missing,
    /// `why_not_exported` is called for a probable cause, which the error shows.
    ///
    /// # Errors
    ///
    /// The module does not keep the contract: the error lists every mismatch.
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
            let diagnostic = mismatch.diagnostic(Some(language));
            let span = self.span_of(mismatch);
            let subject = diagnostic.subject.unwrap_or_default();
            Problem {
                label: span.is_some().then(|| "declared here".to_owned()),
                span,
                rule: Some(diagnostic.rule.to_string()),
                cause: format!("{language}: `{}`: {}", subject.escape_debug(), diagnostic.cause),
                remedy: diagnostic.remedy,
            }
        });
        let shown = self.source.show(problems.collect());
        let is_missing = |it: &Mismatch<'_>| matches!(it, Mismatch::MissingExport(_));
        let why = mismatches.iter().any(is_missing).then(why_not_exported).flatten();
        let help = why.map_or(String::new(), |why| format!("\n\n  help: {why}"));
        bail!("the module does not keep its contract\n\n{shown}{help}")
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
