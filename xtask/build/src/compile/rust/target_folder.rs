//! Cargo's target folders for guests, in which no package's files are taken for another's.
//!
//! Cargo looks at dates to decide whether a package has to be compiled again, not at what lies in
//! its output files. So no two packages may ever write to the same file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::output;
use crate::toolchain::rust::TARGET;

/// A variable that makes cargo put a hash of the package, its version, features and profile into
/// the name of every file that it builds.
///
/// Up to Rust 1.99, cargo leaves the hash out for libraries in this machine's folders with the
/// crate type `cdylib`: a second package whose library has the same name, or another version of
/// the first, overwrites the file, and cargo then calls the first one up to date. Cargo has the
/// variable for the builds of Rust's own standard library. Where a cargo does not know it,
/// [`remove_shared_files`] keeps builds right, and only costs time.
pub(super) const HASH_IN_EVERY_NAME: (&str, &str) = ("__CARGO_DEFAULT_LIB_METADATA", "polyreactor");

/// The target folder for the workspace at `root`.
///
/// A folder for each workspace: cargo knows packages by their names, versions and places in their
/// workspace, so that a copy of a workspace would be taken for the original.
pub(super) fn of_workspace(root: &Path, scratch: &Path) -> PathBuf {
    let hash = output::sha256(root.as_os_str().as_encoded_bytes());
    scratch.join("rust").join(&hash[..16])
}

/// Removes the files that several packages may have written to: those without a hash in their
/// names. Cargo then builds them again.
pub(super) fn remove_shared_files(target_folder: &Path) -> Result<()> {
    let platforms = [target_folder.to_owned(), target_folder.join(TARGET)];
    let profiles = platforms.iter().flat_map(|platform| entries(platform));
    let folders = profiles.flat_map(|profile| [profile.join("deps"), profile.join("examples")]);
    for file in folders.flat_map(|folder| entries(&folder)) {
        if !has_hash(&file) && file.is_file() {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Whether a file's name ends as `-0123456789abcdef` does, before its extensions.
fn has_hash(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    let hash = stem.rsplit_once('-').map(|(_, hash)| hash);
    hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_a_hash_are_removed() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let kept = [
            "wasm32-wasip1/release/deps/p-0123456789abcdef.wasm",
            "release/deps/libp_q-0123456789abcdef.rlib",
            "wasm32-wasip1/release/build/p-0123456789abcdef/out/p.wasm",
            "wasm32-wasip1/release/p.wasm",
        ];
        let gone = [
            "wasm32-wasip1/release/deps/p.wasm",
            "wasm32-wasip1/plugin/deps/libp-q.rlib",
            "wasm32-wasip1/debug/examples/p.wasm",
            "release/deps/libp.so",
        ];
        for file in kept.iter().chain(&gone) {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().context("a file in a folder")?)?;
            fs::write(path, "")?;
        }
        remove_shared_files(folder.path())?;
        assert!(kept.iter().all(|file| folder.path().join(file).exists()));
        assert!(!gone.iter().any(|file| folder.path().join(file).exists()));
        remove_shared_files(&folder.path().join("nowhere"))
    }
}
