//! [`Observation`]: everything that can be observed of one call, and what of it is compared.

use polyreactor_contract::{CallText, List, Outcome, Val};
use polyreactor_host::{CallError, ErrorKind};

use crate::run::streams::Written;

/// What was observed of a call.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    pub(crate) end: End,
    /// `None` where the guest wrote nothing and called no host function, as after most calls.
    pub(crate) effects: Option<Box<Effects>>,
}

/// How a call ended.
#[derive(Debug, Clone)]
pub(crate) enum End {
    Returned(Outcome),
    Failed(Box<Failure>),
}

/// A call that failed.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    /// The trap, or the exit status: compared. Empty for other kinds.
    pub(crate) detail: String,
    /// The message of a panic, or the text of another error.
    pub(crate) message: String,
    pub(crate) is_fatal: bool,
}

/// What a call did beside returning.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effects {
    pub(crate) stdout: Written,
    pub(crate) stderr: Written,
    pub(crate) host_calls: Vec<HostCall>,
    /// The files in the granted directory after the call, where they are compared.
    pub(crate) files: Vec<(String, String)>,
}

/// A call of a host function.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HostCall {
    /// The name, with its module: `host.log`.
    pub(crate) name: String,
    pub(crate) arguments: Vec<Val>,
}

/// A part of an observation that is compared on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Aspect {
    End,
    Result,
    Changed,
    Message,
    Stdout,
    Stderr,
    HostCalls,
    Files,
}

impl Aspect {
    pub(crate) const ALL: [Aspect; 8] = [
        Aspect::End,
        Aspect::Result,
        Aspect::Changed,
        Aspect::Message,
        Aspect::Stdout,
        Aspect::Stderr,
        Aspect::HostCalls,
        Aspect::Files,
    ];

    /// The word of an aspect, as suites and reports have it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Aspect::End => "end",
            Aspect::Result => "result",
            Aspect::Changed => "changed",
            Aspect::Message => "message",
            Aspect::Stdout => "stdout",
            Aspect::Stderr => "stderr",
            Aspect::HostCalls => "host calls",
            Aspect::Files => "files",
        }
    }
}

impl Observation {
    /// The first aspect in which two observations differ, among those that `compares` returns true
    /// for.
    pub(crate) fn difference(
        &self,
        other: &Observation,
        compares: impl Fn(Aspect) -> bool,
    ) -> Option<Aspect> {
        Aspect::ALL.into_iter().find(|aspect| compares(*aspect) && !self.is_equal(other, *aspect))
    }

    fn is_equal(&self, other: &Observation, aspect: Aspect) -> bool {
        match aspect {
            Aspect::End => match (&self.end, &other.end) {
                (End::Returned(_), End::Returned(_)) => true,
                (End::Failed(one), End::Failed(two)) => {
                    one.kind == two.kind && one.detail == two.detail
                }
                _ => false,
            },
            Aspect::Result => match (&self.end, &other.end) {
                (End::Returned(one), End::Returned(two)) => one.results == two.results,
                _ => true,
            },
            Aspect::Changed => match (&self.end, &other.end) {
                (End::Returned(one), End::Returned(two)) => one.changed == two.changed,
                _ => true,
            },
            Aspect::Message => match (&self.end, &other.end) {
                (End::Failed(one), End::Failed(two)) => one.message == two.message,
                _ => true,
            },
            // After a failure, standard error has the message of the language's runtime.
            Aspect::Stderr
                if !matches!((&self.end, &other.end), (End::Returned(_), End::Returned(_))) =>
            {
                true
            }
            Aspect::Stdout => self.of(|it| &it.stdout) == other.of(|it| &it.stdout),
            Aspect::Stderr => self.of(|it| &it.stderr) == other.of(|it| &it.stderr),
            Aspect::HostCalls => self.host_calls() == other.host_calls(),
            Aspect::Files => self.files() == other.files(),
        }
    }

    fn of<'a, T: Default + PartialEq + 'a>(
        &'a self,
        part: fn(&'a Effects) -> &'a T,
    ) -> Option<&'a T> {
        // No effects at all are as good as an empty part.
        self.effects.as_deref().map(part).filter(|part| **part != T::default())
    }

    pub(crate) fn host_calls(&self) -> &[HostCall] {
        self.effects.as_deref().map_or(&[], |effects| &effects.host_calls)
    }

    pub(crate) fn files(&self) -> &[(String, String)] {
        self.effects.as_deref().map_or(&[], |effects| &effects.files)
    }

    /// Whether a later call on the same instance is possible.
    pub(crate) fn is_alive(&self) -> bool {
        match &self.end {
            End::Returned(_) => true,
            End::Failed(failure) => !failure.is_fatal,
        }
    }

    /// The outcome in words: `21`, `panic`, `trap division-by-zero`.
    pub(crate) fn outcome(&self) -> String {
        match &self.end {
            End::Returned(outcome) => match outcome.to_string() {
                text if text.is_empty() => "returned".to_owned(),
                text => text.trim_start_matches(" = ").trim_start().to_owned(),
            },
            End::Failed(failure) if failure.detail.is_empty() => failure.kind.to_string(),
            End::Failed(failure) => format!("{} {}", failure.kind, failure.detail),
        }
    }

    /// The word that allowances and expectations use for the end: `returns`, or the kind.
    pub(crate) fn end_word(&self) -> &'static str {
        match &self.end {
            End::Returned(_) => "returns",
            End::Failed(failure) => failure.kind.as_str(),
        }
    }
}

impl End {
    pub(crate) fn of(result: Result<Outcome, CallError>, nan_is_one: bool) -> Self {
        match result {
            Ok(mut outcome) => {
                if nan_is_one {
                    outcome.results.iter_mut().for_each(canonical);
                    outcome.changed.iter_mut().for_each(|(_, value)| canonical(value));
                }
                End::Returned(outcome)
            }
            Err(error) => End::Failed(Box::new(Failure::of(&error))),
        }
    }
}

impl Failure {
    pub(crate) fn of(error: &CallError) -> Self {
        let detail = match error {
            CallError::Trap(trap) => trap.kind.as_str().to_owned(),
            CallError::Exit { status, .. } => status.to_string(),
            _ => String::new(),
        };
        let message = match error {
            CallError::Panic { message, .. } => message.clone(),
            // The first line: frames and output that follow differ by language.
            other => other.to_string().lines().next().unwrap_or_default().to_owned(),
        };
        Failure { kind: error.kind(), detail, message, is_fatal: error.is_fatal() }
    }
}

/// Replaces every NaN by the canonical one.
pub(crate) fn canonical(value: &mut Val) {
    match value {
        Val::F32(float) if float.is_nan() => *float = f32::NAN,
        Val::F64(float) if float.is_nan() => *float = f64::NAN,
        Val::List(list) if has_nan(list) => {
            let values = list.iter().map(|value| {
                let mut value = value.into_owned();
                canonical(&mut value);
                value
            });
            *value = Val::List(values.collect());
        }
        Val::Record(fields) => fields.iter_mut().for_each(|(_, value)| canonical(value)),
        _ => {}
    }
}

fn has_nan(list: &List) -> bool {
    list.iter().any(|value| match &*value {
        Val::F32(float) => float.is_nan(),
        Val::F64(float) => float.is_nan(),
        Val::List(_) | Val::Record(_) => true,
        _ => false,
    })
}

impl HostCall {
    /// The call as a CALL: `host.log("a")`.
    pub(crate) fn text(&self) -> String {
        CallText { name: &self.name, arguments: &self.arguments }.to_string()
    }
}
