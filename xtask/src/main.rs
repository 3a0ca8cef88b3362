//! `cargo xtask`: the dispatch table of the repository's commands; each command is one file.

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
    /// Run every check: guests, formatting, lints, all tests, documentation.
    Test(test::Arguments),
    /// Patch random wrapped modules, and compare each with the module before wrapping.
    Proof(proof::Arguments),
    /// Create, call, stop and drop instances at random, and fail on wrong outcomes or leaks.
    Soak(soak::Arguments),
    /// Run the conformance tests with every toolchain that can be fetched, and print differences.
    Drift(drift::Arguments),
    /// Measure checking, patching and calling, each next to its baseline.
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
