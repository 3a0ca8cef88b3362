//! `doctor`: this machine in; each toolchain, where it is from, and what to do where one is
//! missing, out.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tabled::builder::Builder;
use tabled::settings::Style;

use crate::toolchain::{self, GO, NODE, Spec, ZIG, rust};

/// Say which toolchains there are, and what to do where one is missing.
///
/// Changes nothing. The exit status is 1 where something is missing that cannot be fetched.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
}

/// What `--json` prints: version 1 of its form.
#[derive(Serialize)]
struct Report {
    schema: u32,
    tools: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    tool: &'static str,
    version: Option<String>,
    origin: Option<String>,
    path: Option<String>,
    /// What to do, or what will be done, where it is missing or not usable.
    remedy: Option<String>,
    /// Whether builds work with things as they are.
    good: bool,
    notes: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<bool> {
    let folder = std::env::current_dir()?;
    let can_fetch = toolchain::python().is_ok();
    let tools = vec![
        look_for_rust(&folder),
        look_for(&GO, can_fetch),
        look_for(&ZIG, can_fetch),
        look_for(&NODE, can_fetch),
        look_for_python(),
    ];
    let good = tools.iter().all(|tool| tool.good);
    let text = if arguments.json {
        serde_json::to_string_pretty(&Report { schema: 1, tools })?
    } else {
        table(&tools)
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(good)
}

fn look_for(spec: &Spec, can_fetch: bool) -> Found {
    let mut notes = Vec::new();
    let mut found = Found::missing(spec.name);
    match spec.look(None, &mut |note| notes.push(note)) {
        Ok(Some(tool)) => {
            found.version = Some(tool.version.to_string());
            found.origin = Some(tool.origin.to_string());
            found.path = Some(tool.path.display().to_string());
            found.good = true;
        }
        Ok(None) if can_fetch => {
            found.remedy = Some("nothing: it is fetched when it is needed".to_owned());
            found.good = true;
        }
        Ok(None) => found.remedy = Some(spec.ways_to_get(None)),
        Err(error) => found.remedy = Some(format!("{error:#}")),
    }
    found.notes = notes;
    found
}

fn look_for_rust(folder: &Path) -> Found {
    let mut found = Found::missing("Rust");
    match rust::look(folder) {
        Ok(rustc) => {
            found.version = Some(rustc.version.to_string());
            found.path = Some(rustc.sysroot);
            found.good = true;
            if !rust::has_target(folder).unwrap_or(false) {
                found.good = toolchain::on_path("rustup").is_some();
                let remedy = match found.good {
                    true => "nothing: the target is added when it is needed".to_owned(),
                    false => format!("install the standard library of {}", rust::TARGET),
                };
                found.remedy = Some(remedy);
            }
        }
        Err(error) => found.remedy = Some(format!("{error:#}")),
    }
    found
}

fn look_for_python() -> Found {
    let mut found = Found::missing("Python");
    match toolchain::python() {
        Ok(path) => {
            found.path = Some(path.display().to_string());
            found.good = true;
        }
        Err(error) => found.remedy = Some(format!("{error:#}")),
    }
    found
}

impl Found {
    fn missing(tool: &'static str) -> Self {
        Found {
            tool,
            version: None,
            origin: None,
            path: None,
            remedy: None,
            good: false,
            notes: Vec::new(),
        }
    }
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
