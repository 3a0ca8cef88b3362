//! The pipeline for build scripts: builds plugins, and prints their inputs as directives for cargo.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use polyreactor_convention::Severity;

use crate::compile::{Options, adapter};
use crate::find::find;
use crate::inputs;
use crate::pipeline::{BuildOutcome, Selection, build_guests};
use crate::project::Project;

/// Builds plugins from the build script of a crate that embeds them.
///
/// Finds the project around `folder` (see [`find`]), builds the plugins that `selection` names,
/// and writes `$OUT_DIR/guests/<language>/<name>.wasm`. Prints `cargo::rerun-if-changed` for the
/// inputs of each plugin (its folder, `plugin.toml`, and packages that it takes from other folders
/// by path) and `cargo::rerun-if-env-changed` for the variable that chooses its toolchain, so that
/// cargo runs the script again when one of them changes. Warnings and notes about a plugin are
/// printed as `cargo::warning`; notes of `check` (severity note) and [`BuildOutcome::ignored`] are not
/// printed.
///
/// ```no_run
/// // build.rs
/// use polyreactor_build::{Options, Selection, embed};
///
/// fn main() -> anyhow::Result<()> {
///     let selection = Selection { names: vec!["counter".into()], ..Selection::default() };
///     embed("plugins".as_ref(), &selection, Options::default())?;
///     Ok(())
/// }
/// ```
///
/// The crate then includes the bytes:
///
/// ```ignore
/// const COUNTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/guests/rust/counter.wasm"));
/// ```
///
/// The plugins are built in a target folder of their own, `$OUT_DIR/guests/.build`: the cargo that
/// runs the script holds the lock of the outer target folder, and a nested cargo would wait for
/// that lock forever.
///
/// # Errors
///
/// - `OUT_DIR` is not set, because the caller is no build script.
/// - `folder` is in no project, or a description is faulty (see [`find`]).
/// - `selection` names a plugin or a language that the project does not have.
/// - A plugin cannot be built: the error lists every plugin that failed, with the cause.
pub fn embed(folder: &Path, selection: &Selection, options: Options) -> Result<BuildOutcome> {
    let out = env::var_os("OUT_DIR")
        .context("OUT_DIR is not set: `embed` is for build scripts, which cargo runs")?;
    let project = Project { target: PathBuf::from(out), ..find(folder)? };
    for guest in selection.of(&project)? {
        for path in inputs::inputs(&project, guest)? {
            println!("cargo::rerun-if-changed={}", path.display());
        }
        if let Some(variable) = adapter(guest.language)?.variable() {
            println!("cargo::rerun-if-env-changed={variable}");
        }
    }
    let outcome = build_guests(&project, selection, options)?;
    let warn = |name: &str, language, text: String| {
        println!("cargo::warning={name} ({language}): {}", text.replace('\n', " "));
    };
    for (artifact, remarks) in &outcome.built {
        // Notes are left out: most list imports that the host must provide (R007), and this is the
        // build script of that host.
        for remark in remarks.iter().filter(|remark| remark.severity > Severity::Note) {
            warn(&artifact.name, artifact.language, remark.to_string());
        }
    }
    for (guest, note) in &outcome.notes {
        warn(&guest.name, guest.language, note.clone());
    }
    if !outcome.failed.is_empty() {
        let failed = outcome.failed.iter();
        let causes =
            failed.map(|(guest, why)| format!("{} ({}): {why:#}", guest.name, guest.language));
        bail!("{}", causes.collect::<Vec<_>>().join("\n\n"));
    }
    Ok(outcome)
}
