//! `cargo polyreactor`: the commands of polyreactor-build, for any project.

use std::process::ExitCode;

use clap::Parser;
use polyreactor_build::Command;

/// Builds Wasm plugins in Rust, Go and Zig into WASI reactors that every host uses in the same way.
#[derive(Parser)]
#[command(name = "cargo polyreactor", bin_name = "cargo polyreactor", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    // Cargo runs `cargo polyreactor …` as `cargo-polyreactor polyreactor …`.
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|first| first == "polyreactor") {
        arguments.remove(1);
    }
    Cli::parse_from(arguments).command.run()
}
