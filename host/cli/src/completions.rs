//! `polyreactor completions`: prints a completion script for a shell.

use std::io::{self, Write};

use anyhow::Result;
use clap_complete::Shell;

/// Print a script that completes this program's commands and options in a shell
#[derive(clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Opts {
    /// The shell that loads the script
    shell: Shell,
}

const EXAMPLE: &str = "\
Where shells look for completion scripts:
  $ polyreactor completions bash > ~/.local/share/bash-completion/completions/polyreactor
  $ polyreactor completions zsh > DIR/_polyreactor       # DIR: one of `echo $fpath`
  $ polyreactor completions fish > ~/.config/fish/completions/polyreactor.fish
  $ polyreactor completions elvish >> ~/.config/elvish/rc.elv
  > polyreactor completions powershell >> $PROFILE";

pub(crate) fn run(opts: &Opts) -> Result<()> {
    let mut script = Vec::new();
    let mut command = crate::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(opts.shell, &mut command, name, &mut script);
    Ok(io::stdout().write_all(&script)?)
}
