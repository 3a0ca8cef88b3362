//! `polyreactor schema`: prints the JSON Schemas of parity's files.

use std::io::{self, Write};

use anyhow::{Context, Result};
use clap::ValueEnum;
use polyreactor_parity::report::json;
use polyreactor_parity::suite;

/// Print a JSON Schema: of the suite `parity.toml`, or of the report of `parity --json`
#[derive(clap::Args)]
pub(crate) struct Opts {
    /// The schema
    of: Of,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Of {
    /// The suite `parity.toml`
    Suite,
    /// The report that `polyreactor parity --json` prints
    Report,
}

pub(crate) fn run(opts: &Opts) -> Result<()> {
    let schema = match opts.of {
        Of::Suite => suite::SCHEMA,
        Of::Report => json::SCHEMA,
    };
    io::stdout().write_all(schema.as_bytes()).context("standard output can't be written")
}
