//! Cargo's target folders for guests, in which no package's files are taken for another's.
//!
//! Cargo looks at dates to decide whether a package has to be compiled again, not at what lies in
//! its output files. Up to Rust 1.99 the files of a local library with the crate type `cdylib` are
//! called like the library alone: a second package whose library has the same name, or another
//! version of the first, overwrites them, and cargo then calls the first one up to date. So such
//! files are removed unless the package that is there now wrote them last, and cargo builds them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{CrateType, Package};

use crate::output;
use crate::project::Guest;
use crate::toolchain::rust::TARGET;

/// The target folder for a guest of the workspace at `root`.
///
/// A folder for each workspace: cargo knows packages by their names, versions and places in their
/// workspace, so that a copy of a workspace would be taken for the original. And one for each set
/// of features, or plugins of one package would have cargo compile it for one after the other.
pub(super) fn of(guest: &Guest, root: &Path, scratch: &Path) -> PathBuf {
    let mut known_by = root.as_os_str().as_encoded_bytes().to_vec();
    let default = guest.settings.bool("default-features").unwrap_or(true);
    let features = guest.settings.list("features");
    if !default || !features.is_empty() {
        known_by.extend(format!("\0{default} {}", features.join(" ")).bytes());
    }
    scratch.join("rust").join(&output::sha256(&known_by)[..16])
}

/// What is written down of the files in a target folder.
pub(super) struct Writers {
    /// A file that holds the id of the package which wrote a library's files last, and that id.
    notes: Vec<(PathBuf, String)>,
}

impl Writers {
    /// Removes the files that other packages than the local ones may have written, and those that
    /// several of them claim.
    pub(super) fn check<'p>(
        target_folder: &Path,
        local: impl IntoIterator<Item = &'p Package>,
    ) -> Result<Self> {
        let mut claimed = BTreeMap::<(&str, String), BTreeSet<&str>>::new();
        for package in local {
            for target in &package.targets {
                if target.crate_types.contains(&CrateType::CDyLib) {
                    let folder = if target.is_example() { "examples" } else { "deps" };
                    let name = target.name.replace('-', "_");
                    claimed.entry((folder, name)).or_default().insert(&package.id.repr);
                }
            }
        }
        let mut writers = Writers { notes: Vec::new() };
        for ((folder, name), ids) in claimed {
            let note = target_folder.join("written-by").join(format!("{folder}-{name}"));
            let ids: Vec<_> = ids.into_iter().collect();
            let [id] = ids[..] else {
                output::remove(&note)?;
                remove(target_folder, folder, &name)?;
                continue;
            };
            if fs::read_to_string(&note).ok().as_deref() != Some(id) {
                // Before the files: whoever is interrupted leaves no note.
                output::remove(&note)?;
                remove(target_folder, folder, &name)?;
                writers.notes.push((note, id.to_owned()));
            }
        }
        Ok(writers)
    }

    /// Writes down who wrote the files, once cargo has succeeded.
    pub(super) fn write(&self) -> Result<()> {
        for (note, id) in &self.notes {
            if let Some(folder) = note.parent() {
                fs::create_dir_all(folder)
                    .with_context(|| format!("cannot write to {}", folder.display()))?;
            }
            output::write(note, id.as_bytes())?;
        }
        Ok(())
    }
}

/// Removes a library's files, for every profile, and for this machine too: build scripts may
/// depend on it.
fn remove(target_folder: &Path, folder: &str, name: &str) -> Result<()> {
    let platforms = [target_folder.to_owned(), target_folder.join(TARGET)];
    for file in platforms.iter().flat_map(|platform| entries(platform)) {
        for file in entries(&file.join(folder)) {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
            if (stem == name || stem.strip_prefix("lib") == Some(name)) && file.is_file() {
                output::remove(&file)?;
            }
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_library_are_removed_in_every_profile() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let kept = [
            "wasm32-wasip1/release/deps/p-0123456789abcdef.wasm",
            "wasm32-wasip1/release/deps/p_q.wasm",
            "wasm32-wasip1/release/examples/p.wasm",
            "wasm32-wasip1/release/p.wasm",
        ];
        let gone = [
            "wasm32-wasip1/release/deps/p.wasm",
            "wasm32-wasip1/plugin/deps/libp.rlib",
            "wasm32-wasip1/plugin/deps/libp.rmeta",
            "release/deps/libp.so",
        ];
        for file in kept.iter().chain(&gone) {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().context("a file in a folder")?)?;
            fs::write(path, "")?;
        }
        remove(folder.path(), "deps", "p")?;
        assert!(kept.iter().all(|file| folder.path().join(file).exists()));
        assert!(!gone.iter().any(|file| folder.path().join(file).exists()));
        remove(&folder.path().join("nowhere"), "deps", "p")
    }
}
