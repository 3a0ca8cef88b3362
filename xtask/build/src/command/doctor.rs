//! `doctor`: lists the toolchains that are installed on this machine.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tabled::builder::Builder;
use tabled::settings::Style;

use crate::compile::ADAPTERS;
use crate::toolchain::{self, Found};

/// The arguments of `doctor`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Print the list as JSON
    #[arg(long)]
    json: bool,
}

/// What `--json` prints; `schema` is 1.
#[derive(Serialize)]
struct Report {
    schema: u32,
    tools: Vec<Found>,
}

pub(super) fn run(arguments: &Arguments) -> Result<bool> {
    let folder = std::env::current_dir()?;
    let mut tools: Vec<_> = ADAPTERS.iter().map(|adapter| adapter.look(&folder)).collect();
    tools.push(look_for_python());
    let good = tools.iter().all(|tool| tool.good);
    let text = if arguments.json {
        serde_json::to_string_pretty(&Report { schema: 1, tools })?
    } else {
        table(&tools)
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(good)
}

fn look_for_python() -> Found {
    let mut found = Found::missing("Python");
    match toolchain::python() {
        Ok(path) => {
            found.path = Some(path.display().to_string());
        }
        Err(error) => found.remedy = Some(format!("{error:#}")),
    }
    // Python is optional: it only fetches toolchains. A toolchain that is missing and cannot be
    // fetched without Python is reported in its own row.
    found.good = true;
    found
}

fn table(tools: &[Found]) -> String {
    let mut rows = Builder::new();
    rows.push_record(["tool", "version", "from", "where, or what to do"]);
    for tool in tools {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let place = [text(&tool.path), text(&tool.remedy)];
        let place = place.iter().filter(|part| !part.is_empty()).cloned();
        let place = place.chain(tool.notes.clone()).collect::<Vec<_>>().join("; ");
        rows.push_record([tool.tool.to_owned(), text(&tool.version), text(&tool.origin), place]);
    }
    let table = rows.build().with(Style::blank()).to_string();
    table.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
