//! [`ForeignError`]: why a foreign host could not make calls.

use std::error::Error;
use std::fmt;

/// Why a foreign host could not make the calls. How a guest fails is a [`ForeignEnd`](super::ForeignEnd) instead.
#[derive(Debug)]
#[non_exhaustive]
pub enum ForeignError {
    /// The host's program could not be started.
    NotStarted {
        /// The name of the host.
        host: &'static str,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The host does not load the module.
    Refused {
        /// The name of the host.
        host: &'static str,
        /// The host's words.
        words: String,
    },
    /// The host's process ended, or did not answer, where it should have started.
    Died {
        /// The name of the host.
        host: &'static str,
        /// Its exit status and the last that it wrote to standard error.
        words: String,
    },
    /// The answer of the host's adapter makes no sense.
    Garbage {
        /// The name of the host.
        host: &'static str,
        /// What is wrong with the answer.
        words: String,
    },
}

impl fmt::Display for ForeignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ForeignError::NotStarted { host, cause } => {
                write!(f, "{host} can't be started: {cause}")
            }
            ForeignError::Refused { host, words } => {
                write!(f, "{host} refuses the module: {words}")
            }
            ForeignError::Died { host, words } => write!(f, "{host} ended: {words}"),
            ForeignError::Garbage { host, words } => {
                write!(f, "{host}'s adapter wrote an invalid answer: {words}")
            }
        }
    }
}

impl Error for ForeignError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ForeignError::NotStarted { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
