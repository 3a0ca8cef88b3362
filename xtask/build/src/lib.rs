//! Builds plugins written in Rust, Go and Zig into Wasm reactors.
//!
//! ```text
//! find ──▶ compile ──▶ strip ──▶ patch ──▶ append the contract ──▶ check ──▶ manifest
//! ```
//!
//! [`build_guests`] runs this pipeline; each stage is one file. [`Command`] is the set of
//! subcommands that `cargo xtask` and `cargo polyreactor` share. [`embed`] runs the pipeline from
//! the build script of a host that embeds its plugins. This crate links no Wasm engine, so that
//! building plugins from a clean clone takes seconds.

mod cargo_env;
mod command;
mod compile;
mod embed;
mod find;
mod inputs;
mod manifest;
mod output;
mod pipeline;
mod plugin;
mod project;
pub mod toolchain;

pub use command::Command;
pub use compile::Options;
pub use embed::embed;
pub use find::find;
pub use manifest::{Artifact, Manifest};
pub use pipeline::{BuildOutcome, Selection, build_guests};
pub use project::{Guest, Project};
