//! Errors: why `patch` refused a module.

use std::fmt;

use super::Assume;
use crate::{Diagnostic, Malformed};

/// Why [`patch`](crate::patch) refused a module. [`Display`](fmt::Display) includes the remedies.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Refused {
    /// The bytes are not a valid core module.
    Malformed(Malformed),
    /// The module breaks rules that patching cannot repair: all those diagnostics.
    Faulty(Vec<Diagnostic>),
    /// The bytes contradict the assumption in [`PatchOptions`](crate::PatchOptions), or the
    /// wrapping that it assumes cannot be taken out.
    NotAsAssumed {
        /// The assumption.
        assume: Assume,
        /// The evidence against the assumption.
        why: String,
    },
    /// Rewriting failed, because of a bug in this crate.
    Failed {
        /// The symptom.
        why: String,
    },
}

impl From<Malformed> for Refused {
    fn from(malformed: Malformed) -> Self {
        Refused::Malformed(malformed)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Malformed(malformed) => malformed.fmt(f),
            Refused::Faulty(faults) => {
                for (number, fault) in faults.iter().enumerate() {
                    let gap = if number == 0 { "" } else { "\n" };
                    write!(f, "{gap}{fault}")?;
                }
                Ok(())
            }
            Refused::NotAsAssumed { assume, why } => {
                let assumed = match assume {
                    Assume::Wrapped => "wrapped",
                    Assume::Clean => "clean",
                };
                write!(f, "R003: `--assume {assumed}` does not fit the module: {why}")
            }
            Refused::Failed { why } => write!(
                f,
                "rewriting the module failed: {why}; this is a bug in Polyreactor, please report \
                 it with the module"
            ),
        }
    }
}

impl std::error::Error for Refused {}
