//! [`Plan`]: the cases of a run, resolved against the interface of the plugin.

use std::collections::HashMap;
use std::sync::Arc;

use polyreactor_contract::Val;

use crate::generate::Ranges;
use crate::judge::Allowed;
use crate::observe::{HostCall, Observation};
use crate::program::Call;
use crate::script::Script;

/// What is run.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) cases: Vec<CasePlan>,
    /// What the host functions do, by the number of the import; the others are generated.
    pub(crate) scripts: HashMap<usize, Arc<dyn Script>>,
    pub(crate) allowances: Vec<(Allowed, crate::report::Allowance)>,
    pub(crate) resources: Option<Resources>,
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
}

/// Calls that the suite has, with the outcomes that it expects.
pub(crate) struct Written {
    pub(crate) calls: Vec<Call>,
    pub(crate) expected: Vec<Option<Expected>>,
    /// Whether this is a failure of an earlier run.
    pub(crate) is_replayed: bool,
}

/// The outcome that a suite expects.
#[derive(Debug, Clone)]
pub(crate) enum Expected {
    /// The results, and the values behind pointers where the suite names them.
    Returns { results: Vec<Val>, changed: Option<Vec<(String, Val)>> },
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
    pub(crate) names: Vec<(String, polyreactor_contract::ValueType)>,
    pub(crate) sequences: Option<u64>,
    /// The calls of both sides for values of the names; `None` where an argument is undefined.
    pub(crate) sides: [Arc<Side>; 2],
}

pub(crate) type Side = dyn Fn(&[Val]) -> Option<Vec<Call>> + Send + Sync;

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
        use crate::observe::End;
        match (self, &observation.end) {
            (Expected::Returns { results, changed }, End::Returned(outcome)) => {
                *results == outcome.results
                    && changed.as_ref().is_none_or(|changed| *changed == outcome.changed)
            }
            (Expected::Kind(word), End::Failed(failure)) => word == failure.kind.as_str(),
            _ => false,
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Expected::Returns { results, changed } => {
                let changed = changed.clone().unwrap_or_default();
                let outcome = polyreactor_contract::Outcome { results: results.clone(), changed };
                outcome.to_string().trim_start_matches(" = ").to_owned()
            }
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
