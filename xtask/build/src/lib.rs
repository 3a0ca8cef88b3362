//! Builds plugins written in Rust, Go and Zig into Wasm reactors.
//!
//! ```text
//! find ──▶ compile ──▶ strip ──▶ check ──▶ patch ──▶ record
//! ```
//!
//! [`build_guests`] is that pipeline, a file a stage; [`Command`] is what the programs
//! `cargo xtask` and `cargo polyreactor` offer of it; [`embed`] is for the build script of a host
//! that carries plugins in itself. No engine is linked here: building
//! plugins stays a matter of seconds.

/// Says something on standard error. Where nobody can hear it, that is no reason to stop.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($text)*);
    }};
}

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
pub use manifest::{Manifest, Record};
pub use pipeline::{Outcome, Selection, build_guests};
pub use project::{Guest, Project};
