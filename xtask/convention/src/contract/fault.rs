//! What is wrong with a contract: every fault with its place, its cause and its remedy.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong with a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands.
    pub place: Place,
    /// What is the matter, in one sentence.
    pub cause: String,
    /// What to do about it, in one sentence.
    pub remedy: String,
}

/// A place in a [`Draft`](super::Draft). Things are counted from 0, in the draft's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The name of an export.
    ExportName(usize),
    /// The signature of an export, and the bytes of it.
    Export(usize, Range<usize>),
    /// The name of a module of imports.
    ModuleName(usize),
    /// The name of an import: its module, then itself.
    ImportName(usize, usize),
    /// The signature of an import, and the bytes of it.
    Import(usize, usize, Range<usize>),
    /// The name of a record.
    RecordName(usize),
    /// The name of a field: its record, then itself.
    FieldName(usize, usize),
    /// The type of a field, and the bytes of it.
    Field(usize, usize, Range<usize>),
}

/// What is wrong in one text, before it is known where the text stands.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) range: Range<usize>,
    pub(super) cause: String,
    pub(super) remedy: String,
}

/// So many faults are told. Who wrote a contract has fewer; a stranger's file may have as many
/// as bytes, each with a search for the right word.
const MOST: usize = 100;

/// The findings of one text.
#[derive(Debug)]
pub(super) struct Findings {
    found: Vec<Finding>,
    most: usize,
}

impl Findings {
    pub(super) fn push(&mut self, finding: impl FnOnce() -> Finding) {
        if self.found.len() < self.most {
            self.found.push(finding());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

/// The faults of a whole contract.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn push(&mut self, fault: impl FnOnce() -> Fault) {
        if !self.are_enough() {
            self.0.push(fault());
        }
    }

    /// Room for what is wrong in one text.
    pub(super) fn findings(&self) -> Findings {
        Findings { found: Vec::new(), most: MOST - self.0.len() }
    }

    /// Takes what is wrong in a text that stands at `place`.
    pub(super) fn take(&mut self, findings: Findings, place: impl Fn(Range<usize>) -> Place) {
        for Finding { range, cause, remedy } in findings.found {
            self.push(|| Fault { place: place(range), cause, remedy });
        }
    }

    /// Puts others behind these.
    pub(super) fn append(&mut self, others: Faults) {
        for fault in others.0 {
            self.push(|| fault);
        }
    }

    pub(super) fn are_enough(&self) -> bool {
        self.0.len() >= MOST
    }

    /// What was made of the contract, if nothing is wrong with it.
    pub(super) fn or<T>(self, made: Option<T>) -> Result<T, Vec<Fault>> {
        match made {
            Some(made) if self.0.is_empty() => Ok(made),
            _ => Err(self.0),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.cause, self.remedy)
    }
}
