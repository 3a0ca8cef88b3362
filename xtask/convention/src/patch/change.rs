//! The changes that patching reports.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::quote::quoted;

/// One change that [`patch`](crate::patch) made to a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "did")]
#[non_exhaustive]
pub enum Change {
    /// R003: took the wrapping out of every exported function that had one.
    Unwrapped {
        /// The names of the exports.
        exports: Vec<String>,
    },
    /// R001: added an `_initialize`, or a new one that calls the author's.
    AddedInitialize {
        /// Whether the new `_initialize` runs static constructors.
        constructors: bool,
        /// Whether the new `_initialize` calls the author's at its end.
        before_own: bool,
    },
    /// R006: removed linker leftovers from the exports.
    RemovedLeftovers {
        /// The names of the exports.
        exports: Vec<String>,
    },
    /// R011: only added Polyreactor to `producers`, to record what [`Assume`](crate::Assume) said
    /// about the wrapping.
    Signed,
    /// R012: put a once-guard before the constructors function.
    GuardedConstructors,
    /// R005: removed the start section; `_initialize` calls its function first.
    MovedStart,
    /// R013: renamed exports from link-time symbols to their own names.
    RenamedExports {
        /// The own names of the exports.
        exports: Vec<String>,
    },
    /// Dropped a custom section whose contents would be wrong after rewriting.
    DroppedSection {
        /// The name of the section.
        name: String,
    },
    /// Dropped the debug information (`.debug_*`), because its code addresses would be wrong.
    DroppedDebugInformation {
        /// Why the debug information would be wrong.
        why: String,
    },
}

impl Change {
    /// The change in one to three words, for a table.
    pub fn in_a_word(&self) -> &'static str {
        match self {
            Change::Unwrapped { .. } => "unwrapped",
            Change::AddedInitialize { .. } => "_initialize added",
            Change::RemovedLeftovers { .. } => "leftovers removed",
            Change::Signed => "signed",
            Change::GuardedConstructors => "constructors guarded",
            Change::MovedStart => "start section moved",
            Change::RenamedExports { .. } => "exports renamed",
            Change::DroppedSection { .. } => "section dropped",
            Change::DroppedDebugInformation { .. } => "debug information dropped",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Unwrapped { exports } => {
                write!(f, "R003: unwrapped {}", joined(exports))
            }
            Change::AddedInitialize { constructors, before_own } => {
                f.write_str("R001: added `_initialize`")?;
                match (constructors, before_own) {
                    (true, true) => f.write_str(
                        ", which runs the constructors, then the author's `_initialize`",
                    ),
                    (true, false) => f.write_str(", which runs the constructors"),
                    (false, true) => f.write_str(", which calls the author's `_initialize`"),
                    (false, false) => Ok(()),
                }
            }
            Change::RemovedLeftovers { exports } => {
                write!(f, "R006: removed from the exports {}", joined(exports))
            }
            Change::Signed => f.write_str("R011: signed it, to record what `--assume` says"),
            Change::GuardedConstructors => {
                f.write_str("R012: guarded the constructors, so that they run once")
            }
            Change::MovedStart => {
                f.write_str("R005: `_initialize` does what the start section did")
            }
            Change::RenamedExports { exports } => {
                let exports = exports.join(", ");
                write!(f, "R013: gave exports their own names: {}", exports.escape_debug())
            }
            Change::DroppedSection { name } => {
                write!(f, "left out section `{}`, invalid after rewriting", quoted(name))
            }
            Change::DroppedDebugInformation { why } => {
                write!(f, "left out the debug information: {why}")
            }
        }
    }
}

fn joined(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}
