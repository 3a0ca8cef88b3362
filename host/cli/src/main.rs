//! The program `polyreactor`: parses the command line and runs a sub-command.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

mod call;
mod completions;
mod fail;
mod inspect;
mod man;
mod parity;
mod patched;
mod replay;
mod run;
mod schema;
mod signals;
mod units;

/// Runs, inspects and compares WASI reactors (WebAssembly plugins), whichever language they were
/// written in.
///
/// Results are written to standard output, errors and notes to standard error. The exit status is
/// 0 after success, 1 where the command failed, 2 where the command line is wrong, 130 after SIGINT
/// and 143 after SIGTERM.
#[derive(Parser)]
#[command(version, max_term_width = 100, after_help = EXAMPLE)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "\
Example:
  $ polyreactor run counter.wasm 'inc(1)' 'inc(21)'
  inc(1) = 21
  inc(21) = 42";

#[derive(Subcommand)]
enum Command {
    Run(run::Opts),
    Inspect(inspect::Opts),
    Parity(parity::Opts),
    Replay(replay::Opts),
    Schema(schema::Opts),
    Completions(completions::Opts),
    Man(man::Opts),
}

fn main() -> ExitCode {
    // Restores the default action of SIGPIPE: a closed pipe (`| head -1`) ends this program
    // silently. Otherwise the guest's writes to that pipe would fail, and the guest would panic.
    sigpipe::reset();
    let result = match Cli::parse().command {
        Command::Run(opts) => run::run(opts).map(|()| ExitCode::SUCCESS),
        Command::Inspect(opts) => inspect::run(opts).map(|()| ExitCode::SUCCESS),
        Command::Parity(opts) => parity::run(opts),
        Command::Replay(opts) => replay::run(&opts),
        Command::Schema(opts) => schema::run(&opts).map(|()| ExitCode::SUCCESS),
        Command::Completions(opts) => completions::run(&opts).map(|()| ExitCode::SUCCESS),
        Command::Man(opts) => man::run(&opts).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| fail::report(&error))
}

/// The definition of the command line, from which completions and man pages are generated.
fn command() -> clap::Command {
    Cli::command()
}
