//! Why patching left a module as it was.

use std::fmt;

use super::Assume;
use crate::{Diagnostic, Malformed};

/// Why a module was not patched. Nothing of it was changed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Refused {
    /// It is no valid core module.
    Malformed(Malformed),
    /// It has faults that patching cannot mend: those of them that are errors.
    Faulty(Vec<Diagnostic>),
    /// It cannot be what the options say it is.
    NotAsAssumed {
        /// What they say.
        assume: Assume,
        /// What speaks against it.
        why: String,
    },
    /// Rewriting failed, by no fault of the module's.
    Failed {
        /// What was seen.
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
                write!(f, "R003: it is not as `--assume {assumed}` says: {why}")
            }
            Refused::Failed { why } => write!(
                f,
                "rewriting the module failed: {why}; this is a fault of Polyreactor's, please \
                 report it with the module"
            ),
        }
    }
}

impl std::error::Error for Refused {}
