//! `cargo xtask proof` and `cargo xtask bench`: what takes longer than a test may.

use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use polyreactor_build::find;

#[derive(Args)]
pub(crate) struct Arguments {
    /// How many random modules to patch, and as many that are to be left alone
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    count: u32,
}

/// Patches random modules and compares each with what it was before it was wrapped.
pub(crate) fn prove(arguments: &Arguments) -> Result<bool> {
    let test = ["test", "--locked", "--workspace", "--test", "all", "--", "proof::"];
    cargo(&test, &[("POLYREACTOR_PROOF_COUNT", arguments.count.to_string())])
}

/// Measures checking, patching and calling, side by side with what they stand on.
pub(crate) fn bench() -> Result<bool> {
    let guests = [("POLYREACTOR_GUESTS", guests()?)];
    for (package, bench) in [("polyreactor-convention", "speed"), ("polyreactor-host", "calls")] {
        let bench = ["bench", "--locked", "--package", package, "--bench", bench];
        if !cargo(&bench, &guests)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn guests() -> Result<String> {
    let project = find(&std::env::current_dir()?)?;
    Ok(project.target.join("guests").display().to_string())
}

/// Runs cargo with more in its environment; whether it ended well.
pub(crate) fn cargo(arguments: &[&str], environment: &[(&str, String)]) -> Result<bool> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value)));
    Ok(command.status().context("cannot run cargo")?.success())
}
