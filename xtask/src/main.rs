//! `cargo xtask`: the repository's own commands; a dispatch table, nothing else.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod cargo;
mod drift;
#[path = "../../tests/src/hosts.rs"]
mod hosts;
mod proof;
mod soak;
mod test;

/// The commands of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_version_flag = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Plugins(polyreactor_build::Command),
    /// Everything: guests, formatting, lints, unit tests, files-as-tests, interop, parity.
    Test(test::Arguments),
    /// Patch random modules and compare each with what it was before it was wrapped.
    Proof(proof::Arguments),
    /// Make, call, end and drop instances at random; nothing may be left of them.
    Soak(soak::Arguments),
    /// Run the conformance tests with every toolchain that can be got, and say what changed.
    Drift(drift::Arguments),
    /// Measure checking and patching, side by side with what they stand on.
    Bench,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Plugins(command) => return command.run(),
        Command::Test(arguments) => test::run(&arguments),
        Command::Proof(arguments) => proof::prove(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
        Command::Drift(arguments) => drift::run(&arguments),
        Command::Bench => proof::bench(),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
