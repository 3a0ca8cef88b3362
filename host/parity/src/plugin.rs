//! [`Plugin`]: finds the artifacts of a plugin's folder, as the build's manifest lists them.
//!
//! `plugin/implementation.rs` compiles one of them, `plugin/interface.rs` is what all of them export
//! and import.

pub(crate) mod implementation;
pub(crate) mod interface;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::plugin::implementation::Artifact;

/// A plugin's folder, with what was built of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Plugin {
    /// The name of the plugin.
    pub name: String,
    /// The folder, which has `plugin.toml` in it.
    pub folder: PathBuf,
    /// The artifacts, one for each language that the plugin is built in.
    pub artifacts: Vec<Artifact>,
    /// The folder that `build-guests` wrote.
    pub(crate) guests: PathBuf,
}

/// The part of the manifest that is read here; its schema is that of `cargo polyreactor
/// build-guests`.
#[derive(Deserialize)]
struct Manifest {
    schema: u32,
    guests: Vec<Guest>,
}

#[derive(Deserialize)]
struct Guest {
    name: String,
    language: String,
    path: PathBuf,
    sha256: String,
    compiler: Compiler,
}

#[derive(Deserialize)]
struct Compiler {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Settings {
    name: Option<String>,
}

impl Plugin {
    /// Reads the artifacts of the plugin in `folder`. The manifest is `target/guests/manifest.json`
    /// in the folder or the nearest folder above that has one, or the one in the folder that the
    /// environment variable `POLYREACTOR_GUESTS` names.
    ///
    /// # Errors
    ///
    /// Where `folder` has no `plugin.toml`, where nothing was built of it, and where a file is not
    /// the one that the manifest lists.
    pub fn open(folder: &Path) -> Result<Self> {
        let file = folder.join("plugin.toml");
        let text = fs::read_to_string(&file).map_err(|error| {
            anyhow!(
                "`{}` can't be read: {error}\nhelp: name the folder of a plugin, or the `.wasm` \
                 files to compare",
                file.display()
            )
        })?;
        let settings: Settings =
            toml::from_str(&text).with_context(|| format!("`{}`", file.display()))?;
        let folder_name = || Some(fs::canonicalize(folder).ok()?.file_name()?.to_str()?.to_owned());
        let name = settings.name.or_else(folder_name);
        let name = name.with_context(|| format!("`{}` has no name", folder.display()))?;
        let guests = guests_folder(folder)?;
        let artifacts = artifacts(&guests, &name)?;
        Ok(Plugin { name, folder: folder.to_owned(), artifacts, guests })
    }
}

/// The artifacts of the plugin `name`, as the manifest in the folder `guests` lists them.
pub(crate) fn artifacts(guests: &Path, name: &str) -> Result<Vec<Artifact>> {
    let manifest = guests.join("manifest.json");
    let text = fs::read_to_string(&manifest)
        .with_context(|| format!("`{}` can't be read", manifest.display()))?;
    let parsed: Manifest =
        serde_json::from_str(&text).with_context(|| format!("`{}`", manifest.display()))?;
    ensure!(
        parsed.schema == 1,
        "`{}` has the schema {}, and this version reads 1",
        manifest.display(),
        parsed.schema
    );
    let own = parsed.guests.iter().filter(|guest| guest.name == name);
    let artifacts = own.map(|guest| artifact(guests, guest)).collect::<Result<Vec<_>>>()?;
    if artifacts.is_empty() {
        bail!(
            "`{}` lists no artifact of the plugin `{name}`\nhelp: run `cargo polyreactor \
                 build-guests`",
            manifest.display()
        );
    }
    Ok(artifacts)
}

fn guests_folder(folder: &Path) -> Result<PathBuf> {
    if let Some(guests) = env::var_os("POLYREACTOR_GUESTS") {
        return Ok(guests.into());
    }
    let absolute = fs::canonicalize(folder).with_context(|| format!("`{}`", folder.display()))?;
    let found = absolute.ancestors().find_map(|above| {
        let guests = above.join("target/guests");
        guests.join("manifest.json").is_file().then_some(guests)
    });
    found.with_context(|| {
        format!(
            "nothing was built of `{}`: no folder above it has `target/guests/manifest.json`\n\
             help: run `cargo polyreactor build-guests`, or set POLYREACTOR_GUESTS to the folder \
             that it wrote",
            folder.display()
        )
    })
}

fn artifact(guests: &Path, guest: &Guest) -> Result<Artifact> {
    let file = guests.join(&guest.path);
    let bytes = fs::read(&file).with_context(|| format!("`{}` can't be read", file.display()))?;
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    ensure!(
        hash == guest.sha256,
        "`{}` is not the file that the manifest lists\nhelp: run `cargo polyreactor build-guests`",
        file.display()
    );
    let shown =
        env::current_dir().ok().and_then(|here| Some(file.strip_prefix(here).ok()?.to_owned()));
    let shown = shown.unwrap_or_else(|| file.clone());
    let mut artifact = Artifact::new(&guest.language, bytes, shown.to_string_lossy());
    artifact.language = Some(guest.language.clone());
    artifact.compiler = Some(format!("{} {}", guest.compiler.name, guest.compiler.version));
    Ok(artifact)
}
