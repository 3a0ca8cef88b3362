//! `polyreactor man`: prints the man page of the program or of a sub-command.

use std::io::{self, Write};

use anyhow::Result;
use clap::Command;

use crate::fail::Usage;
use polyreactor_contract::quote;

/// Print the man page of this program, or of one of its commands
#[derive(clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Opts {
    /// The command, such as `run` or `inspect`; by default, the page of the program itself
    command: Option<String>,
}

const EXAMPLE: &str = "\
Where `man` looks for pages (create the folder if it does not exist):
  $ polyreactor man > ~/.local/share/man/man1/polyreactor.1
  $ polyreactor man run > ~/.local/share/man/man1/polyreactor-run.1";

pub(crate) fn run(opts: &Opts) -> Result<()> {
    let mut program = crate::command();
    // `build` gives each sub-command its full name, `polyreactor-run`, which its page shows.
    program.build();
    let command = match &opts.command {
        None => program,
        Some(name) => find(&program, name)?,
    };
    let mut page = Vec::new();
    let source = format!("polyreactor {}", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(command).source(source).render(&mut page)?;
    Ok(io::stdout().write_all(&page)?)
}

fn find(program: &Command, name: &str) -> Result<Command> {
    if let Some(command) = program.find_subcommand(name) {
        return Ok(command.clone());
    }
    let names = program.get_subcommands().map(Command::get_name);
    let names: Vec<_> = names.filter(|name| *name != "help").collect();
    let name = quote::escape(name);
    let message = format!("there is no command `{name}`; the commands are {}", names.join(", "));
    Err(Usage(message).into())
}
