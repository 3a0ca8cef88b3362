//! `schema`: the JSON Schema of plugin.toml out, for editors.

use std::io::Write;

use anyhow::Result;
use clap::Args;

/// Print the JSON Schema of plugin.toml, for editors.
///
/// Editors that use Taplo (Even Better TOML among them) complete and check a plugin.toml whose
/// first line names the schema: `#:schema ../plugin.schema.json`, from the file's own folder.
/// `build-guests` checks more than a schema can say.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {}

const EXAMPLE: &str = "\
Example:
  $ cargo polyreactor schema > plugins/plugin.schema.json";

const SCHEMA: &str = include_str!("../../plugin.schema.json");

pub(super) fn run(_: &Arguments) -> Result<bool> {
    write!(std::io::stdout(), "{SCHEMA}")?;
    Ok(true)
}
