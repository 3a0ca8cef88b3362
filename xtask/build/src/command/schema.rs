//! `schema`: prints the JSON Schema of plugin.toml, for editors.

use std::io::Write;

use anyhow::Result;
use clap::Args;

/// The arguments of `schema`: none.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {}

const EXAMPLE: &str = "\
Editors that use Taplo (Even Better TOML, Zed, Helix) complete and check a plugin.toml whose first
line names the schema by a path relative to the file. `build-guests` also checks rules that a JSON
Schema cannot express.

Example:
  $ cargo polyreactor schema > plugins/plugin.schema.json
  $ head -1 plugins/greeter/plugin.toml
  #:schema ../plugin.schema.json";

const SCHEMA: &str = include_str!("../../plugin.schema.json");

pub(super) fn run(_: &Arguments) -> Result<bool> {
    write!(std::io::stdout(), "{SCHEMA}")?;
    Ok(true)
}
