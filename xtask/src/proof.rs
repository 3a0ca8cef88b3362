//! `cargo xtask proof` and `cargo xtask bench`: what takes longer than a test may.

use anyhow::Result;
use clap::Args;
use polyreactor_build::find;

use crate::cargo::{Cargo, succeeds};

#[derive(Args)]
pub(crate) struct Arguments {
    /// How many random modules to patch, and as many that are to be left alone
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    count: u32,
}

/// Patches random modules and compares each with what it was before it was wrapped.
pub(crate) fn prove(arguments: &Arguments) -> Result<bool> {
    let cargo = Cargo::new(find(&std::env::current_dir()?)?.root);
    let cargo = cargo.env("POLYREACTOR_PROOF_COUNT", arguments.count.to_string());
    succeeds(&mut cargo.tests(&["proof::"]))
}

/// Measures checking, patching and calling, side by side with what they stand on.
pub(crate) fn bench() -> Result<bool> {
    let project = find(&std::env::current_dir()?)?;
    let cargo = Cargo::new(&project.root);
    let cargo = cargo.env("POLYREACTOR_GUESTS", project.target.join("guests"));
    for (package, bench) in [("polyreactor-convention", "speed"), ("polyreactor-host", "calls")] {
        let bench = ["bench", "--locked", "--package", package, "--bench", bench];
        if !succeeds(&mut cargo.command(&bench))? {
            return Ok(false);
        }
    }
    Ok(true)
}
