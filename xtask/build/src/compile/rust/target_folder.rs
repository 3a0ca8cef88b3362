//! Cargo's target folders for guests, protected against output files of another package.
//!
//! Cargo decides by modification times whether to compile a package again, and does not look into
//! the output files. Up to Rust 1.99, the output files of a local library with the crate type
//! `cdylib` have the name of the library without a hash: a second package whose library has the
//! same name, or another version of the first, overwrites them, and cargo then takes the first one
//! for up to date. Therefore such files are removed, unless the current package wrote them last;
//! cargo then builds them again.

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
/// Each workspace has its own folder: cargo identifies packages by name, version and path in the
/// workspace, so that it would take a copy of a workspace for the original. Each set of features
/// has its own folder too: otherwise plugins of one package would make cargo compile the package
/// again for each of them in every build.
pub(super) fn of(guest: &Guest, root: &Path, scratch: &Path) -> PathBuf {
    let mut key = root.as_os_str().as_encoded_bytes().to_vec();
    let default = guest.settings.bool("default-features").unwrap_or(true);
    let features = guest.settings.list("features");
    if !default || !features.is_empty() {
        key.extend(format!("\0{default} {}", features.join(" ")).bytes());
    }
    scratch.join("rust").join(&output::sha256(&key)[..16])
}

/// Notes in a target folder on which package wrote which library files last.
pub(super) struct Writers {
    /// Note files to write, each with its contents: the id of the package that writes the library's
    /// files now.
    notes: Vec<(PathBuf, String)>,
}

impl Writers {
    /// Removes the cdylib files that another package than the current one may have written, and
    /// those that several packages write. `local` are all packages that cargo does not fetch.
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
                // The note is removed before the files: an interrupted run leaves no wrong note.
                output::remove(&note)?;
                remove(target_folder, folder, &name)?;
                writers.notes.push((note, id.to_owned()));
            }
        }
        Ok(writers)
    }

    /// Writes the notes. To be called after cargo has succeeded.
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

/// Removes the files of a library in every profile, for WASI and for this machine: build scripts
/// may depend on the library.
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
