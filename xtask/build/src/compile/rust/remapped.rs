//! The names by which a module knows the folders of this machine, where panic messages name files.

use std::path::Path;

use cargo_metadata::Package;

use super::config::cargo_home;
use crate::project::Project;
use crate::toolchain::rust::Rustc;

/// Folders and their names, the narrower ones last, as rustc wants them.
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
    // Where std's sources are installed, rustc names those instead of its own short form.
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
    // What build scripts write.
    name(target_folder, "/target".to_owned());
    folders
}
