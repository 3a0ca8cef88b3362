//! Parity: compares implementations of one plugin call by call, and shows a minimal sequence of
//! calls for which they do not behave the same.
//!
//! ```no_run
//! let report = polyreactor_parity::Parity::of_plugin("plugins/counter")?.run()?;
//! assert!(report.is_equal());
//! # Ok::<(), anyhow::Error>(())
//! ```
//!
//! [`check`] does the same in a test, [`Options`] has the settings, [`record`] records a live
//! instance. The manual, with the suite `parity.toml` and what is compared, is PARITY.md in the
//! repository.

#![forbid(unsafe_code)]

mod case;
mod check;
mod compare;
mod failures;
pub mod foreign;
mod foreign_hosts;
mod generate;
mod parity;
mod plan;
mod plugin;
mod program;
pub mod record;
pub mod report;
mod run;
mod settings;
mod shrink;
pub mod suite;

pub use check::{Differs, check};
pub use parity::{Parity, Progress, Unusable};
pub use plugin::Plugin;
pub use plugin::implementation::Artifact;
pub use plugin::interface::{Export, Import, Interface};
pub use report::Report;
pub use settings::Options;
