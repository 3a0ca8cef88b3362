//! `cargo xtask proof` and `cargo xtask bench`: proofs and benchmarks that take too long for
//! `cargo xtask test`.

use anyhow::Result;
use clap::Args;
use polyreactor_build::find;

use crate::cargo::{Cargo, succeeds};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Number of random wrapped modules, and of random modules that `patch` must not unwrap
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    count: u32,
}

/// Patches random wrapped modules, and compares the behaviour of each with the module before
/// wrapping.
pub(crate) fn prove(arguments: &Arguments) -> Result<bool> {
    let cargo = Cargo::new(find(&std::env::current_dir()?)?.root);
    let cargo = cargo.env("POLYREACTOR_PROOF_COUNT", arguments.count.to_string());
    succeeds(&mut cargo.tests(&["proof::"]))
}

/// Measures checking and patching (next to walrus) and calls (next to Wasmtime alone). Needs the
/// guests that `build-guests` has built.
pub(crate) fn bench() -> Result<bool> {
    let project = find(&std::env::current_dir()?)?;
    let cargo = Cargo::new(&project.root);
    let cargo = cargo.env("POLYREACTOR_GUESTS", project.target.join("guests"));
    for (package, bench) in [
        ("polyreactor-convention", "speed"),
        ("polyreactor-host", "calls"),
        ("polyreactor-parity", "speed"),
    ] {
        let bench = ["bench", "--locked", "--package", package, "--bench", bench];
        if !succeeds(&mut cargo.command(&bench))? {
            return Ok(false);
        }
    }
    Ok(true)
}
