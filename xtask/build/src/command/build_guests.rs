//! `build-guests`: runs the pipeline for the project around the current folder, and prints a table.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use clap::builder::PossibleValuesParser;
use polyreactor_convention::Diagnostic;
use tabled::builder::Builder;
use tabled::settings::{Alignment, Style, object::Columns};

use crate::compile::{ADAPTERS, Adapter, Options};
use crate::find;
use crate::manifest::Artifact;
use crate::pipeline::{BuildOutcome, Selection, build_guests};
use polyreactor_terminal::{print_stderr, size};

/// The arguments of `build-guests`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
pub struct Arguments {
    /// Names of the plugins to build (default: all)
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Languages to build, separated by commas (default: all)
    #[arg(long = "lang", value_name = "L", value_delimiter = ',', value_parser = languages())]
    languages: Vec<String>,
    /// Keep the debug information, so that the backtrace of a trap names files and lines
    #[arg(long)]
    debug: bool,
    /// Remove the function names too (default: only the debug information is removed)
    #[arg(long, conflicts_with = "debug")]
    strip: bool,
    /// Fail if a Cargo.lock would have to change
    #[arg(long)]
    locked: bool,
    /// Print the manifest, which also lists the artifacts of earlier builds, instead of a table
    #[arg(long)]
    json: bool,
}

const DETAILS: &str = "\
The manifest is one JSON object. `schema` is 1, and is raised when a key is removed or changes its
meaning; new keys may be added at any time.
  guests     [{name, language, path, size_bytes, sha256, compiler, changes, contract, unpatched}]
  path       the artifact, relative to the manifest's folder
  compiler   {name, version}
  changes    [{did, …}]: what patching changed in the compiled module
  contract   {schema, exports, imports, records}, as in plugin.toml; absent if there is none
  unpatched  the path of the compiler's own output, relative to the manifest's folder, if patching
             changed it, or if a Zig plugin with a `main` was compiled again with start code that
             reports a failure of `main` (B015); else null

Exit status: 0 if every guest was built, else 1; 2 for wrong usage.";

const EXAMPLE: &str = "\
Example:
  $ cargo polyreactor build-guests counter --lang rust,go";

fn languages() -> PossibleValuesParser {
    ADAPTERS.map(|adapter| adapter.folder()).into()
}

pub(super) fn run(arguments: &Arguments) -> Result<bool> {
    let project = find(&std::env::current_dir()?)?;
    let chosen =
        |adapter: &&dyn Adapter| arguments.languages.iter().any(|it| it == adapter.folder());
    let languages = ADAPTERS.into_iter().filter(chosen).map(|adapter| adapter.language()).collect();
    let selection = Selection { names: arguments.names.clone(), languages };
    let options =
        Options::default().debug(arguments.debug).strip(arguments.strip).locked(arguments.locked);
    let outcome = build_guests(&project, &selection, options)?;
    for note in &outcome.ignored {
        print_stderr!("note: {note}");
    }
    for (artifact, remarks) in &outcome.built {
        remark(artifact, remarks);
    }
    for (guest, note) in &outcome.notes {
        print_stderr!("{} ({}): {note}", guest.name, guest.language);
    }
    for (guest, error) in &outcome.failed {
        print_stderr!("error: {} ({}): {error:#}", guest.name, guest.language);
    }
    let text = if arguments.json {
        serde_json::to_string_pretty(&outcome.manifest)?
    } else {
        table(&outcome)
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(outcome.failed.is_empty())
}

fn remark(artifact: &Artifact, remarks: &[Diagnostic]) {
    for diagnostic in remarks {
        print_stderr!("{} ({}): {diagnostic}", artifact.name, artifact.language);
    }
}

fn table(outcome: &BuildOutcome) -> String {
    let mut rows = Builder::new();
    rows.push_record(["plugin", "language", "compiler", "size", "patched", "in target/guests"]);
    for (artifact, _) in &outcome.built {
        let changes: Vec<_> = artifact.changes.iter().map(|change| change.in_a_word()).collect();
        let patched = if changes.is_empty() { "as built".to_owned() } else { changes.join(", ") };
        rows.push_record([
            artifact.name.clone(),
            artifact.language.to_string(),
            artifact.compiler.to_string(),
            size(artifact.size_bytes as u64),
            patched,
            artifact.path.clone(),
        ]);
    }
    for (guest, _) in &outcome.failed {
        let language = guest.language.to_string();
        rows.push_record([&guest.name, &language, "", "", "failed", ""]);
    }
    let mut table = rows.build();
    table.with(Style::blank()).modify(Columns::one(3), Alignment::right());
    let lines = table.to_string();
    lines.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
