//! Diagnostics: what `check` reports, each with its rule, severity, subject, cause and remedy.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Rule;
use crate::quote::quoted;

/// A report of [`check`](crate::check): one violation of a rule by the module, or a note.
///
/// [`Display`](fmt::Display) writes two lines: ``SEVERITY[RULE] `SUBJECT`: CAUSE``, then
/// `help: REMEDY`, indented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The rule of the convention that the diagnostic is about.
    pub rule: Rule,
    /// How serious the violation is.
    pub severity: Severity,
    /// The name of the export or import that the diagnostic is about; `None` where it is about
    /// several, or about the whole module.
    pub subject: Option<String>,
    /// What is wrong, in one sentence without a full stop. "It" in this text is the subject or,
    /// without a subject, the module.
    pub cause: String,
    /// What to do about the cause, in one sentence without a full stop.
    pub remedy: String,
    /// Whether [`patch`](crate::patch) repairs the module in this respect.
    pub mended_by_patch: bool,
    /// The rule that has to be settled first, after which the diagnostic no longer hinders `patch`.
    #[serde(skip)]
    pub(crate) settled_by: Option<Rule>,
}

/// How serious a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// The module works, but not in every host or not as its author expects.
    Warning,
    /// The module breaks the convention: it is not a reactor, or hosts cannot use it.
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
            settled_by: None,
        }
    }

    pub(crate) fn severity(self, severity: Severity) -> Self {
        Diagnostic { severity, ..self }
    }

    /// The diagnostic with this subject.
    pub(crate) fn on(self, subject: impl Into<String>) -> Self {
        Diagnostic { subject: Some(subject.into()), ..self }
    }

    /// Whether [`patch`](crate::patch) refuses a module with this diagnostic. Imports (R007) never
    /// make it refuse: whether they are served depends on the host.
    pub(crate) fn hinders_patch(&self) -> bool {
        self.severity == Severity::Error && self.rule != Rule::R007 && !self.mended_by_patch
    }

    /// The diagnostic with a remedy that begins with another rule's, which is listed itself.
    pub(crate) fn settled_by(self, rule: Rule) -> Self {
        let remedy = format!("settle {rule}; {}", self.remedy);
        Diagnostic { remedy, settled_by: Some(rule), ..self }
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
