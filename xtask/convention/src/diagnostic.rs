//! What checking has to say: a rule, how grave it is, what it concerns, the cause and the remedy.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Rule;
use crate::quote::quoted;

/// One finding about a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The rule of the convention that it is about.
    pub rule: Rule,
    /// Whether the module can be used all the same.
    pub severity: Severity,
    /// The export or import in question, where it is one.
    pub subject: Option<String>,
    /// What is the matter, in one sentence.
    pub cause: String,
    /// What to do about it, in one sentence.
    pub remedy: String,
    /// Whether [`patch`](crate::patch) sets it right.
    pub mended_by_patch: bool,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// The module works, but not everywhere or not as one would think.
    Warning,
    /// The module is no reactor by the convention.
    Error,
}

impl Diagnostic {
    pub(crate) fn error(rule: Rule, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Diagnostic {
            rule,
            severity: Severity::Error,
            subject: None,
            cause: cause.into(),
            remedy: remedy.into(),
            mended_by_patch: false,
        }
    }

    pub(crate) fn severity(self, severity: Severity) -> Self {
        Diagnostic { severity, ..self }
    }

    pub(crate) fn on(self, subject: impl Into<String>) -> Self {
        Diagnostic { subject: Some(subject.into()), ..self }
    }

    /// Whether [`patch`](crate::patch) refuses a module for it. Imports are for a host to serve.
    pub(crate) fn hinders_patch(&self) -> bool {
        self.severity == Severity::Error && self.rule != Rule::R007 && !self.mended_by_patch
    }

    pub(crate) fn mended_by_patch(self) -> Self {
        Diagnostic { mended_by_patch: true, ..self }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.severity, self.rule)?;
        if let Some(subject) = &self.subject {
            write!(f, " `{}`", quoted(subject))?;
        }
        write!(f, ": {}\n  help: {}", self.cause, self.remedy)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
