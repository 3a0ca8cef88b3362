//! The `polyreactor` command: reads the command line and hands it to a sub-command.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

mod call;
mod completions;
mod fail;
mod inspect;
mod man;
mod run;
mod signals;
mod units;

/// Runs and inspects Wasm reactors, whichever language they were written in.
///
/// Results go to standard output, everything else to standard error. The exit status is 0 where
/// all went well, 1 where what was asked for failed, 2 where the command line is wrong, and 130 or
/// 143 after SIGINT or SIGTERM.
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
    Completions(completions::Opts),
    Man(man::Opts),
}

fn main() -> ExitCode {
    // A closed pipe (`| head -1`) ends this program as it ends any other, without a word: the
    // guest's own output goes there too, and a guest would panic.
    sigpipe::reset();
    let done = match Cli::parse().command {
        Command::Run(opts) => run::run(opts),
        Command::Inspect(opts) => inspect::run(opts),
        Command::Completions(opts) => completions::run(&opts),
        Command::Man(opts) => man::run(&opts),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail::report(&error),
    }
}

/// The command line as data, for what is made of it.
fn command() -> clap::Command {
    Cli::command()
}
