//! [`Options`] and [`Settings`]: what the caller sets, and what follows together with the suite.

use std::path::PathBuf;
use std::time::Duration;

use polyreactor_host::Cancellation;

use crate::run::column::Conditions;
use crate::suite::{Nans, Suite};

/// Settings of a run. What is `None` is taken from the suite, or else has the default.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// The seed from which everything that is generated follows (default: 1).
    pub seed: Option<u64>,
    /// The number of sequences for each generated case (default: 2000).
    pub sequences: Option<u64>,
    /// The most calls of a sequence (default: 50).
    pub max_calls: Option<usize>,
    /// The time limit of a call (default: 2 s).
    pub timeout: Option<Duration>,
    /// Whether the messages of panics and other failures are compared (default: no: they are the
    /// runtime's, and differ by language).
    pub compares_messages: Option<bool>,
    /// A sequence to run in place of all cases: `inc(1); div(1, 0)`.
    pub replay: Option<String>,
    /// A recording ([`record`](crate::record)) whose calls are compared in place of all cases.
    pub recording: Option<PathBuf>,
    /// The file with the failures of earlier runs, which are made again first; new ones are added
    /// to it. Default: none.
    pub failures: Option<PathBuf>,
    /// The hosts that the implementations are run in and compared across: `node`, `wasmtime-py`,
    /// `wazero`. Our own, `polyreactor`, takes part in any case. Empty: only that one.
    pub hosts: Vec<String>,
    /// Ends the run; the report has what was found so far.
    pub cancellation: Cancellation,
}

/// The settings of a run.
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) compares_messages: bool,
    /// The caller's number of sequences, and the suite's.
    sequences: (Option<u64>, u64),
    /// The caller's most calls of a sequence, and the suite's.
    max_calls: (Option<usize>, usize),
}

impl Settings {
    pub(crate) fn new(options: &Options, suite: &Suite) -> Self {
        Settings {
            seed: options.seed.or(suite.seed).unwrap_or(1),
            compares_messages: options.compares_messages.unwrap_or(suite.messages),
            sequences: (options.sequences, suite.sequences.into()),
            max_calls: (options.max_calls, suite.calls as usize),
        }
    }

    /// The number of sequences of a property: the caller's, else its own, else the suite's.
    pub(crate) fn sequences(&self, own: Option<u64>) -> u64 {
        self.sequences.0.or(own).unwrap_or(self.sequences.1)
    }

    /// The most calls of a sequence of a property, likewise.
    pub(crate) fn max_calls(&self, own: Option<usize>) -> usize {
        self.max_calls.0.or(own).unwrap_or(self.max_calls.1)
    }
}

impl Conditions {
    /// The conditions of all instances; `folder` is the one that the suite lies in.
    pub(crate) fn new(
        plugin: &str,
        options: &Options,
        suite: &Suite,
        folder: Option<&PathBuf>,
    ) -> Self {
        let directory = suite.directory.as_ref().map(PathBuf::from);
        Conditions {
            plugin: plugin.to_owned(),
            timeout: Some(options.timeout.unwrap_or(suite.timeout)),
            memory_bytes: suite.memory_bytes,
            args: Vec::new(),
            env: suite.env.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            directory: directory.map(|own| folder.map_or(own.clone(), |folder| folder.join(own))),
            nan_is_one: suite.nan == Nans::One,
            cancellation: options.cancellation.clone(),
        }
    }
}
