//! Parity: proves that implementations of one plugin behave the same, or shows the smallest
//! sequence of calls for which they do not.

#![forbid(unsafe_code)]

mod abroad;
mod case;
mod check;
mod column;
mod failures;
pub mod foreign;
mod generate;
mod host;
mod implementation;
mod interface;
mod judge;
mod notation;
mod observe;
mod parity;
mod plan;
mod plugin;
mod program;
pub mod record;
mod relation;
pub mod report;
mod resources;
mod runner;
mod script;
mod settings;
mod show;
mod shrink;
mod streams;
pub mod suite;
mod world;

pub use check::{Differs, check};
pub use implementation::Artifact;
pub use interface::{Export, Import, Interface};
pub use parity::{Parity, Progress, Unusable};
pub use plugin::Plugin;
pub use report::Report;
pub use settings::Options;
