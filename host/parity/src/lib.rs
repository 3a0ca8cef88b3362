//! Parity: proves that implementations of one plugin behave the same, or shows the smallest
//! sequence of calls for which they do not.

#![forbid(unsafe_code)]

mod case;
mod column;
mod generate;
mod host;
mod implementation;
mod interface;
mod judge;
mod observe;
mod parity;
mod plan;
mod plugin;
mod program;
mod relation;
pub mod report;
mod runner;
mod script;
mod show;
mod shrink;
mod streams;
mod world;

pub use implementation::Artifact;
pub use interface::{Export, Import, Interface};
pub use parity::{Options, Parity, Progress};
pub use plugin::Plugin;
pub use report::Report;
