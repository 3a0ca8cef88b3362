//! Names for the folders of this machine, which replace their paths in panic messages.

use std::path::Path;

use cargo_metadata::Package;

use super::config::cargo_home;
use crate::project::Project;
use crate::toolchain::rust::Rustc;

/// Folders and their names for `--remap-path-prefix`. Inner folders come after outer ones, as rustc
/// applies the last match.
pub(super) fn folders(
    project: &Project,
    root: &Path,
    outside: &[Package],
    target_folder: &Path,
    rustc: &Rustc,
) -> Vec<(String, String)> {
    let mut folders = Vec::new();
    let mut name = |folder: &Path, name: String| folders.push((folder.display().to_string(), name));
    if let Some(home) = cargo_home() {
        name(&home, "/cargo".to_owned());
    }
    // If the sources of std are installed, rustc writes their paths instead of `/rustc/COMMIT`.
    if let Some(commit) = &rustc.commit {
        let sources = Path::new(&rustc.sysroot).join("lib/rustlib/src/rust");
        name(&sources, format!("/rustc/{commit}"));
    }
    name(&project.root, ".".to_owned());
    name(root, ".".to_owned());
    let is_inside = |package: &&Package| package.manifest_path.starts_with(&project.root);
    for package in outside.iter().filter(|package| !is_inside(package)) {
        let folder = package.manifest_path.parent().unwrap_or(&package.manifest_path);
        name(folder.as_std_path(), format!("/{}-{}", package.name, package.version));
    }
    // Code that build scripts generate.
    name(target_folder, "/target".to_owned());
    folders
}
