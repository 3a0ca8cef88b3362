//! Builds plugins from a build script, and tells cargo what they depend on.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use polyreactor_convention::Severity;

use crate::compile::{Options, adapter};
use crate::find::find;
use crate::inputs;
use crate::pipeline::{Outcome, Selection, build_guests};
use crate::project::Project;

/// Builds plugins from a build script, for the crate that it belongs to.
///
/// Finds the project around `folder` (see [`find`]), builds what `selection` names of it, and
/// writes `$OUT_DIR/guests/<language>/<name>.wasm`. Cargo is told to run the script again when
/// the sources change: the plugin's folder, `plugin.toml`, and the packages that it takes from
/// other folders by path. Warnings about a plugin become warnings of cargo's.
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
/// The crate then takes the bytes in:
///
/// ```ignore
/// const COUNTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/guests/rust/counter.wasm"));
/// ```
///
/// The builds have a folder of their own inside of `OUT_DIR`, so they don't wait for the cargo
/// that runs the script.
///
/// # Errors
///
/// Where it is no build script that calls, there is no such plugin, or one of them cannot be
/// built: then with what is wrong with each.
pub fn embed(folder: &Path, selection: &Selection, options: Options) -> Result<Outcome> {
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
    let warn = |name: &str, language, told: String| {
        println!("cargo::warning={name} ({language}): {}", told.replace('\n', " "));
    };
    for (record, remarks) in &outcome.built {
        // That the host has to provide a function is no news to the host.
        for remark in remarks.iter().filter(|remark| remark.severity > Severity::Note) {
            warn(&record.name, record.language, remark.to_string());
        }
    }
    for (guest, note) in &outcome.notes {
        warn(&guest.name, guest.language, note.clone());
    }
    if !outcome.failed.is_empty() {
        let failed = outcome.failed.iter();
        let told =
            failed.map(|(guest, why)| format!("{} ({}): {why:#}", guest.name, guest.language));
        bail!("{}", told.collect::<Vec<_>>().join("\n\n"));
    }
    Ok(outcome)
}
