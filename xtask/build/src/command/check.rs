//! `check`: modules in; what is wrong with each as a reactor out.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use polyreactor_convention::{Diagnostic, Rule, Severity, check, inspect};
use serde::Serialize;

use super::read_module;

/// Say what is wrong with modules as reactors.
///
/// The exit status is 1 where one has an error.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cargo xtask check target/guests/*/counter.wasm")]
pub struct Arguments {
    /// Modules
    #[arg(value_name = "FILE", required_unless_present = "explain")]
    files: Vec<PathBuf>,
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
    /// Print the page of a rule, such as R003
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "json"])]
    explain: Option<String>,
}

/// What `--json` prints: version 1 of its form.
#[derive(Serialize)]
struct Report {
    schema: u32,
    files: Vec<Checked>,
}

#[derive(Serialize)]
struct Checked {
    file: String,
    diagnostics: Vec<Diagnostic>,
    /// Why the file could not be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Checked {
    fn is_good(&self) -> bool {
        self.error.is_none()
            && self.diagnostics.iter().all(|found| found.severity != Severity::Error)
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<bool> {
    let mut out = std::io::stdout();
    if let Some(code) = &arguments.explain {
        let rule: Rule = match code.parse() {
            Ok(rule) => rule,
            Err(error) => bail!("{error}"),
        };
        write!(out, "{}", rule.page())?;
        return Ok(true);
    }
    let files: Vec<_> = arguments.files.iter().map(|path| checked(path)).collect();
    let good = files.iter().all(Checked::is_good);
    if arguments.json {
        let report = Report { schema: 1, files };
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        for file in &files {
            tell(&mut out, file)?;
        }
    }
    Ok(good)
}

fn checked(path: &Path) -> Checked {
    let inspected = read_module(path).and_then(|bytes| Ok(inspect(&bytes)?));
    let (diagnostics, error) = match inspected {
        Ok(inspection) => (check(&inspection), None),
        Err(error) => (Vec::new(), Some(format!("{error:#}"))),
    };
    Checked { file: path.display().to_string(), diagnostics, error }
}

fn tell(out: &mut impl Write, checked: &Checked) -> Result<()> {
    if let Some(error) = &checked.error {
        eprintln!("error: {}: {error}", checked.file);
        return Ok(());
    }
    if checked.diagnostics.is_empty() {
        writeln!(out, "{}: a reactor", checked.file)?;
    }
    for diagnostic in &checked.diagnostics {
        writeln!(out, "{}: {diagnostic}", checked.file)?;
    }
    Ok(())
}
