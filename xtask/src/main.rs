//! `cargo xtask`: the repository's own commands; a dispatch table, nothing else.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Plugins(command) => command.run(),
        Command::Test(arguments) => test::run(&arguments),
    }
}
