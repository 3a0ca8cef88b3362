//! [`Report`]: the result of a parity run, for people and for programs.
//!
//! The report is plain data: texts are ready to be shown, and implementations are referred to by
//! their index. Each file in this room writes the same data in one form.

pub mod html;
pub mod json;
pub mod junit;
pub mod terminal;
pub(crate) mod words;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_html;

use serde::Serialize;

/// The result of a parity run.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The name of the plugin.
    pub plugin: String,
    /// What was compared, in the order of the columns.
    pub implementations: Vec<ImplementationInfo>,
    /// The seed of the run: the same seed, suite and artifacts give the same report.
    pub seed: u64,
    /// The number of sequences that were generated, over all cases.
    pub sequences: u64,
    /// The cases, in the order of the suite.
    pub cases: Vec<CaseReport>,
    /// What differs between two runs of one implementation, and so is not compared.
    pub noise: Vec<Noise>,
    /// The allowances of the suite.
    pub allowances: Vec<Allowance>,
    /// Resources, where the suite limits them.
    pub resources: Vec<ResourceReport>,
    /// Remarks for the reader, each a sentence: what was not compared, and why.
    pub notes: Vec<String>,
    /// Whether a signal ended the run before all cases were run.
    pub is_interrupted: bool,
    /// What was run in foreign hosts; `None` where none took part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignPart>,
}

/// The part of a report that is about foreign hosts: the columns and cases at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ForeignPart {
    /// The index of the first implementation in a foreign host.
    pub implementations_from: usize,
    /// The index of the first case that was run in foreign hosts too.
    pub cases_from: usize,
}

/// An implementation under comparison.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct ImplementationInfo {
    /// The short name: `rust`, or `go@node` in a foreign host.
    pub label: String,
    /// The language; `None` where the file is not in a manifest.
    pub language: Option<String>,
    /// The compiler and its version: `rustc 1.95.0`; `None` where the file is not in a manifest.
    pub compiler: Option<String>,
    /// The file, as text.
    pub file: String,
    /// The size of the file, in bytes.
    pub size_bytes: u64,
}

/// The result of one case.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct CaseReport {
    /// The name of the case.
    pub name: String,
    /// How the calls of the case came about.
    pub kind: CaseKind,
    /// The number of calls that were made on each implementation.
    pub calls: u64,
    /// A remark, such as `equal for every input of 2^16`.
    pub detail: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
}

/// How the calls of a case came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CaseKind {
    /// The suite has the calls.
    Written,
    /// Sequences of calls were generated.
    Generated,
    /// All inputs of one export were tried.
    Exhaustive,
    /// A failure of an earlier run was made again.
    Replayed,
}

/// The verdict of a case.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// All implementations behaved the same, and as the suite expects.
    Equal,
    /// Some implementations behaved differently.
    Different(Difference),
    /// All implementations behaved the same, but not as the suite expects.
    Unexpected(Difference),
    /// The case was not run.
    NotRun {
        /// The reason.
        reason: String,
    },
}

/// A difference, as a sequence of calls that shows it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The calls. The last one shows the difference.
    pub steps: Vec<StepReport>,
    /// The calls as one text, for `--replay`: `inc(1); div(1, 0)`.
    pub replay: String,
    /// How the sequence was shrunk; `None` where it is as the suite wrote it.
    pub shrunk: Option<Shrunk>,
    /// What the suite expected, where the outcome is equal but another one; a property that does
    /// not hold.
    pub expected: Option<String>,
}

/// How a sequence was shrunk.
#[derive(Debug, Clone, Copy, Serialize)]
#[non_exhaustive]
pub struct Shrunk {
    /// The number of calls in the sequence that was found.
    pub from_calls: u64,
    /// The number of sequences that were tried until none was simpler.
    pub executions: u64,
}

/// A call and its outcomes.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct StepReport {
    /// The CALL: `div(1, 0)`. At the end of a sequence, `(end)` for what is compared there.
    pub call: String,
    /// The implementations, grouped by equal outcome: one group where all are equal.
    pub groups: Vec<Group>,
}

/// Implementations with equal outcomes of a call.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Group {
    /// Indices of implementations.
    pub implementations: Vec<usize>,
    /// The outcome: `21`, `panic`, `trap division-by-zero`.
    pub outcome: String,
    /// More of the outcome, each as a label and a text that may have several lines: the message
    /// of a panic, output, calls of host functions, files.
    pub details: Vec<Detail>,
}

/// A part of an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Detail {
    /// What it is: `message`, `stdout`, `stderr`, `host calls`, `files`.
    pub label: String,
    /// The text, escaped where it is not printable.
    pub text: String,
    /// Whether this part differs between the groups.
    pub differs: bool,
}

/// What differs between two runs of one implementation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Noise {
    /// The export.
    pub export: String,
    /// What differs: `result`, `stdout`, `host calls`.
    pub aspect: String,
    /// Indices of the implementations.
    pub implementations: Vec<usize>,
    /// The two outcomes of one of them, as evidence.
    pub examples: [String; 2],
}

/// An allowance of the suite, and how often it was used.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Allowance {
    /// What it allows, in words.
    pub what: String,
    /// The reason, as the suite gives it.
    pub reason: String,
    /// The link that the suite gives.
    pub link: Option<String>,
    /// How often a difference was allowed. An allowance that is never used fails the run.
    pub uses: u64,
}

/// A resource, measured over many calls of an export.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ResourceReport {
    /// What was measured: `memory`, `fuel`, `host calls`.
    pub resource: String,
    /// The calls that were repeated.
    pub calls: String,
    /// The unit of the measurements: `bytes`, `units of fuel`, `calls`.
    pub unit: String,
    /// For each implementation, the measurements in order.
    pub series: Vec<Vec<f64>>,
    /// The limit, in words.
    pub limit: String,
    /// Whether the limit is kept.
    pub is_kept: bool,
}

impl Report {
    /// Whether a case was run on an implementation, both given by their indices: those in foreign
    /// hosts take part in the last cases only.
    pub fn takes_part(&self, implementation: usize, case: usize) -> bool {
        self.foreign.is_none_or(|foreign| {
            implementation < foreign.implementations_from || case >= foreign.cases_from
        })
    }

    /// Whether the run succeeded: there are cases, every case was run and is equal, every allowance
    /// was used, and every limit is kept.
    pub fn is_equal(&self) -> bool {
        !self.is_interrupted
            && !self.cases.is_empty()
            && self.cases.iter().all(|case| matches!(case.verdict, Verdict::Equal))
            && self.allowances.iter().all(|allowance| allowance.uses > 0)
            && self.resources.iter().all(|resource| resource.is_kept)
    }
}
