//! The names by which a module knows the folders of this machine, where panic messages name files.

use std::path::Path;

use super::config::cargo_home;
use super::local::Local;
use crate::find::Project;
use crate::toolchain::rust::Rustc;

/// Folders and their names, the narrower ones last, as rustc wants them.
pub(super) fn folders(
    project: &Project,
    root: &Path,
    outside: &[Local],
    target_folder: &Path,
    rustc: &Rustc,
) -> Vec<(String, String)> {
    let mut folders = Vec::new();
    let mut name = |folder: &Path, name: String| folders.push((folder.display().to_string(), name));
    if let Some(home) = cargo_home() {
        name(&home, "/cargo".to_owned());
    }
    // Where std's sources are installed, rustc names those instead of its own short form.
    if let Some(commit) = &rustc.commit {
        let sources = Path::new(&rustc.sysroot).join("lib/rustlib/src/rust");
        name(&sources, format!("/rustc/{commit}"));
    }
    name(&project.root, ".".to_owned());
    name(root, ".".to_owned());
    for package in outside.iter().filter(|package| !package.folder.starts_with(&project.root)) {
        name(&package.folder, format!("/{}-{}", package.name, package.version));
    }
    // What build scripts write.
    name(target_folder, "/target".to_owned());
    folders
}
