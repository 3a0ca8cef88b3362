//! What patching did to a module, one thing at a time.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::quote::quoted;

/// One thing that [`patch`](crate::patch) did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "did")]
#[non_exhaustive]
pub enum Change {
    /// R003: took the wrapping out of every exported function.
    Unwrapped {
        /// The exports, by name.
        exports: Vec<String>,
    },
    /// R001: added an `_initialize`, or put one before the author's.
    AddedInitialize {
        /// Whether it runs static constructors.
        constructors: bool,
        /// Whether it goes on to the author's own.
        before_own: bool,
    },
    /// R006: took linker leftovers out of the exports.
    RemovedLeftovers {
        /// The exports, by name.
        exports: Vec<String>,
    },
    /// R011: signed it, so that nobody asks again whether it is wrapped.
    Signed,
    /// R012: put a guard before the constructors function, so that it runs once.
    GuardedConstructors,
    /// R005: took the start section out; `_initialize` calls its function, first.
    MovedStart,
    /// R013: gave exports their own names.
    RenamedExports {
        /// The exports, by their own names.
        exports: Vec<String>,
    },
    /// Left out a custom section that the rewriting made untrue.
    DroppedSection {
        /// Its name.
        name: String,
    },
    /// Left out the debug information, because it could not be rewritten.
    DroppedDebugInformation {
        /// What is wrong with it.
        why: String,
    },
}

impl Change {
    /// What was done, for the cell of a table.
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
                    (true, true) => f.write_str(", which runs the constructors, then its own"),
                    (true, false) => f.write_str(", which runs the constructors"),
                    (false, true) => f.write_str(", which guards its own"),
                    (false, false) => Ok(()),
                }
            }
            Change::RemovedLeftovers { exports } => {
                write!(f, "R006: removed from the exports {}", joined(exports))
            }
            Change::Signed => f.write_str("R011: signed it, as it is what you say"),
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
                write!(f, "left out section `{}`, untrue after rewriting", quoted(name))
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
