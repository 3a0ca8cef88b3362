//! `check`: checks modules against the convention, and prints the diagnostics.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use polyreactor_convention::{CheckOptions, Diagnostic, Rule, Severity, check, inspect};
use serde::Serialize;

use super::read_module;
use polyreactor_terminal::print_stderr;

mod sarif;

/// The arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
pub struct Arguments {
    /// Modules to check; patterns such as `out/*.wasm` are expanded if the shell did not
    #[arg(value_name = "FILE", required_unless_present = "explain")]
    files: Vec<PathBuf>,
    /// An import, or all imports of a module, that the host provides (R007); may be repeated
    #[arg(long, value_name = "MODULE[.NAME]")]
    allow_import: Vec<String>,
    /// Report the diagnostics of this rule as errors; may be repeated
    #[arg(long, value_name = "CODE")]
    deny: Vec<Rule>,
    /// Do not report the diagnostics of this rule; may be repeated
    #[arg(long, value_name = "CODE")]
    allow: Vec<Rule>,
    /// Print the diagnostics as JSON
    #[arg(long)]
    json: bool,
    /// Print the diagnostics as SARIF 2.1.0, for code hosts
    #[arg(long, conflicts_with = "json")]
    sarif: bool,
    /// Print the page of a rule, such as R003
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "json", "sarif"])]
    explain: Option<Rule>,
}

const DETAILS: &str = "\
The JSON is one object. `schema` is 1, and is raised when a key is removed or changes its meaning;
new keys may be added at any time.
  files        [{file, diagnostics, error}], in the order given
  error        why the file could not be read or is no module; absent if it could be checked
  diagnostics  [{rule, severity, subject, cause, remedy, mended_by_patch}]
  severity     \"error\", \"warning\" or \"note\"
  subject      the export or import in question, or null

Exit status: 0 if no file has an error, else 1; 2 for wrong usage.";

const EXAMPLE: &str = "\
Example:
  $ cargo polyreactor check target/guests/*/counter.wasm
  target/guests/go/counter.wasm: a reactor
  target/guests/rust/counter.wasm: a reactor
  target/guests/zig/counter.wasm: a reactor";

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    schema: u32,
    files: Vec<Checked>,
}

#[derive(Serialize)]
struct Checked {
    file: String,
    diagnostics: Vec<Diagnostic>,
    /// Why the file could not be read or inspected.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<bool> {
    let mut out = std::io::stdout();
    if let Some(rule) = arguments.explain {
        write!(out, "{}", rule.page())?;
        return Ok(true);
    }
    let files = arguments.files.iter().flat_map(|path| expand(path));
    let files: Vec<_> = files.map(|path| checked(&path, arguments)).collect();
    let good = files.iter().all(Checked::is_good);
    if arguments.json {
        let report = Report { schema: 1, files };
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else if arguments.sarif {
        writeln!(out, "{}", serde_json::to_string_pretty(&sarif::log(&files))?)?;
    } else {
        for file in &files {
            file.print(&mut out)?;
        }
    }
    Ok(good)
}

/// The path itself, or the files that it matches as a pattern. A pattern without a match is
/// returned as a path, so that it is reported as a missing file.
fn expand(path: &Path) -> Vec<PathBuf> {
    let matches = path
        .to_str()
        .filter(|pattern| !path.exists() && pattern.contains(['*', '?', '[']))
        .and_then(|pattern| glob::glob(pattern).ok());
    let found: Vec<_> = matches.into_iter().flatten().flatten().collect();
    if found.is_empty() { vec![path.to_path_buf()] } else { found }
}

fn checked(path: &Path, arguments: &Arguments) -> Checked {
    let mut options = CheckOptions::default();
    options.allowed_imports.clone_from(&arguments.allow_import);
    let inspected = read_module(path).and_then(|bytes| Ok(inspect(&bytes)?));
    let (mut diagnostics, error) = match inspected {
        Ok(inspection) => (check(&inspection, &options), None),
        Err(error) => (Vec::new(), Some(format!("{error:#}"))),
    };
    diagnostics.retain(|diagnostic| !arguments.allow.contains(&diagnostic.rule));
    for diagnostic in &mut diagnostics {
        if arguments.deny.contains(&diagnostic.rule) {
            diagnostic.severity = Severity::Error;
        }
    }
    Checked { file: path.display().to_string(), diagnostics, error }
}

impl Checked {
    fn is_good(&self) -> bool {
        self.error.is_none()
            && self.diagnostics.iter().all(|found| found.severity != Severity::Error)
    }

    fn print(&self, out: &mut impl Write) -> Result<()> {
        if let Some(error) = &self.error {
            print_stderr!("error: {}: {error}", self.file);
            return Ok(());
        }
        if self.is_good() {
            writeln!(out, "{}: a reactor", self.file)?;
        }
        for diagnostic in &self.diagnostics {
            writeln!(out, "{}: {diagnostic}", self.file)?;
        }
        Ok(())
    }
}
