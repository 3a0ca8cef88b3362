//! [`Plan`]: the cases of a run, resolved against the interface of the plugin.

pub(crate) mod of_suite;
mod recorded;
mod scripts;

use std::collections::HashMap;
use std::sync::Arc;

use polyreactor_contract::{Outcome, Val, ValueType};

use crate::compare::judge::Allowed;
use crate::compare::observe::{End, HostCall, Observation};
use crate::generate::{Range, Ranges};
use crate::program::{Call, Program};
use crate::report;
use crate::run::column::World;
use crate::run::script::Script;

/// What is run.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) cases: Vec<CasePlan>,
    /// What the host functions do, by the number of the import; the others are generated.
    pub(crate) scripts: HashMap<usize, Arc<dyn Script>>,
    pub(crate) allowances: Vec<(Allowed, report::Allowance)>,
    pub(crate) resources: Option<Resources>,
}

impl Plan {
    /// Runs one case in place of all. The allowances hold for it whichever case they are for.
    pub(crate) fn run_only(&mut self, case: CasePlan) {
        self.cases = vec![case];
        self.resources = None;
        self.allowances.iter_mut().for_each(|(allowed, _)| allowed.case = None);
    }
}

/// A case.
pub(crate) struct CasePlan {
    pub(crate) name: String,
    pub(crate) work: Work,
}

pub(crate) enum Work {
    Written(Written),
    Generated(Generated),
    Relation(Relation),
    Recorded(Recorded),
}

/// Calls that the suite has, with the outcomes that it expects.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) program: Program,
    pub(crate) expected: Vec<Option<Expected>>,
    /// The number of calls at the beginning that belong to the cases before, whose instance this
    /// case shares.
    pub(crate) shared: usize,
    /// Whether this is a failure of an earlier run.
    pub(crate) is_replayed: bool,
}

/// The calls of a recording.
pub(crate) struct Recorded {
    pub(crate) program: Program,
    pub(crate) world: World,
}

/// The outcome that a suite expects.
#[derive(Debug, Clone)]
pub(crate) enum Expected {
    /// The results, any if there are none, and those values behind pointers that are named.
    Returns(Outcome),
    /// The word of a kind, such as `panic`.
    Kind(String),
}

/// Sequences that are generated.
#[derive(Default)]
pub(crate) struct Generated {
    /// The exports, with their weights; empty for all.
    pub(crate) exports: Vec<(usize, u32)>,
    pub(crate) ranges: Ranges,
    pub(crate) max_calls: Option<usize>,
    pub(crate) sequences: Option<u64>,
    /// Whether a call with these arguments may be made.
    pub(crate) preconditions: Vec<(usize, Arc<Predicate>)>,
    /// What holds after each call of an export, with the text of the suite.
    pub(crate) invariants: Vec<Invariant>,
}

/// A predicate over the arguments of a call; `None` where it is undefined.
pub(crate) type Predicate = dyn Fn(&[Val]) -> Option<bool> + Send + Sync;

/// What holds after each call of an export.
pub(crate) struct Invariant {
    pub(crate) export: usize,
    pub(crate) text: String,
    pub(crate) holds: Arc<Holds>,
}

/// Whether an invariant holds for arguments and an observation; `None` where it is undefined.
pub(crate) type Holds = dyn Fn(&[Val], &Observation) -> Option<bool> + Send + Sync;

/// Two sequences whose last outcomes are equal within each implementation.
pub(crate) struct Relation {
    pub(crate) text: String,
    /// The types of the names in both sequences, with their ranges.
    pub(crate) names: Vec<(String, ValueType, Option<Range>)>,
    pub(crate) sequences: Option<u64>,
    /// The calls of both sides.
    pub(crate) sides: [Vec<Arc<Step>>; 2],
}

/// The next call of a side, for the values of the names and the results of the calls before; `None`
/// where an argument is undefined.
pub(crate) type Step = dyn Fn(&[Val], &[Option<Val>]) -> Option<Call> + Send + Sync;

/// Limits of resources.
pub(crate) struct Resources {
    pub(crate) calls: Vec<Call>,
    pub(crate) times: u64,
    pub(crate) memory_bytes_per_call: Option<f64>,
    pub(crate) fuel_factor: Option<f64>,
    pub(crate) host_calls_factor: Option<f64>,
}

impl Expected {
    /// Whether an observation is as expected.
    pub(crate) fn matches(&self, observation: &Observation) -> bool {
        match (self, &observation.end) {
            (Expected::Returns(expected), End::Returned(outcome)) => {
                (expected.results.is_empty() || expected.results == outcome.results)
                    && expected.changed.iter().all(|changed| outcome.changed.contains(changed))
            }
            (Expected::Kind(word), End::Failed(failure)) => word == failure.kind.as_str(),
            _ => false,
        }
    }

    /// The expectation after its call: ` = 21`, ` ! panic`.
    pub(crate) fn suffix(&self) -> String {
        match self {
            Expected::Returns(outcome) => outcome.to_string(),
            Expected::Kind(word) => format!(" ! {word}"),
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Expected::Returns(outcome) => outcome.to_string().trim_start_matches(" = ").to_owned(),
            Expected::Kind(word) => word.clone(),
        }
    }
}

impl HostCall {
    /// The calls as one text.
    pub(crate) fn texts(calls: &[HostCall]) -> String {
        calls.iter().map(HostCall::text).collect::<Vec<_>>().join("\n")
    }
}
