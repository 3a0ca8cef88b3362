//! `check`: modules in; what is wrong with each as a reactor out.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use polyreactor_convention::{CheckOptions, Diagnostic, Rule, Severity, check, inspect};
use serde::Serialize;

use super::read_module;

mod sarif;

/// Say what is wrong with modules as reactors.
///
/// The exit status is 1 where one has an error.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
pub struct Arguments {
    /// Modules; patterns such as `out/*.wasm` are expanded where the shell has not
    #[arg(value_name = "FILE", required_unless_present = "explain")]
    files: Vec<PathBuf>,
    /// What the host provides (R007): a module of imports, or one import; may be repeated
    #[arg(long, value_name = "MODULE[.NAME]")]
    allow_import: Vec<String>,
    /// Take what this rule finds for an error
    #[arg(long, value_name = "CODE")]
    deny: Vec<Rule>,
    /// Say nothing of this rule
    #[arg(long, value_name = "CODE")]
    allow: Vec<Rule>,
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
    /// Print what was found as SARIF, for code hosts
    #[arg(long, conflicts_with = "json")]
    sarif: bool,
    /// Print the page of a rule, such as R003
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "json", "sarif"])]
    explain: Option<Rule>,
}

const DETAILS: &str = "\
The JSON is one object. `schema` is 1, and is raised when a key changes its meaning or goes; new
keys may come at any time.
  files        [{file, diagnostics, error}], in the order given
  error        why the file could not be looked at; absent where it could
  diagnostics  [{rule, severity, subject, cause, remedy, mended_by_patch}]
  severity     \"error\", \"warning\" or \"note\"
  subject      the export or import in question, or null

Exit status: 0 where no file has an error, else 1; 2 for wrong usage.";

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
    /// Why the file could not be looked at.
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
            file.tell(&mut out)?;
        }
    }
    Ok(good)
}

/// The files that a path stands for: itself, or what it matches as a pattern. One that matches
/// nothing is left as it is, to be told as missing.
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

    fn tell(&self, out: &mut impl Write) -> Result<()> {
        if let Some(error) = &self.error {
            say!("error: {}: {error}", self.file);
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
