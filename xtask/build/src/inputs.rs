//! The inputs of a guest: the files and folders that its build depends on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::compile::adapter;
use crate::project::{Guest, Project};

/// The guest's folder, its description, the project's Cargo.toml, and the packages that the guest
/// takes from other folders of this machine. A folder includes everything in it.
pub(crate) fn inputs(project: &Project, guest: &Guest) -> Result<BTreeSet<PathBuf>> {
    let mut folders = adapter(guest.language)?.inputs(guest)?;
    folders.insert(guest.folder.clone());
    let mut paths = BTreeSet::new();
    for folder in folders {
        add_without_target(&folder, &project.target, &mut paths)?;
    }
    paths.insert(guest.description.clone());
    paths.insert(project.root.join("Cargo.toml"));
    // A `rerun-if-changed` path that does not exist makes cargo run the build script every time.
    paths.retain(|path| path.exists());
    Ok(paths)
}

/// Adds the folder to `paths`. If the target folder lies inside it, adds the folder's entries
/// instead, without the one that contains the target folder, which changes with every build, and
/// without hidden ones (`.git`), which belong to no package.
fn add_without_target(folder: &Path, target: &Path, paths: &mut BTreeSet<PathBuf>) -> Result<()> {
    if !target.starts_with(folder) {
        paths.insert(folder.to_owned());
        return Ok(());
    }
    let entries = folder.read_dir().with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry.with_context(|| folder.display().to_string())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') && !target.starts_with(&path) {
            paths.insert(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn packages_from_other_folders_are_inputs() -> Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let project = crate::find(&root)?;
        for (name, wanted) in [
            ("counter", vec!["examples/counter/rust", "guest", "guest/macros", "Cargo.lock"]),
            ("wordcount", vec!["examples/wordcount/go", "guest/go"]),
            ("wordcount", vec!["examples/wordcount/zig", "guest/zig"]),
        ] {
            let mut guests = project.guests.iter().filter(|guest| guest.name == name);
            let guest = guests.find(|guest| guest.folder.ends_with(wanted[0]));
            let paths = inputs(&project, guest.context("it is an example")?)?;
            for path in wanted {
                assert!(paths.contains(&root.join(path)), "{path} of {name} in {paths:?}");
            }
            for path in ["host", "xtask/convention"] {
                assert!(!paths.contains(&root.join(path)), "{path} in {paths:?}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_folder_with_the_target_folder_in_it_is_replaced_by_its_entries() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for name in ["src", "target/out", ".git"] {
            fs::create_dir_all(folder.path().join(name))?;
        }
        let mut paths = BTreeSet::new();
        add_without_target(folder.path(), &folder.path().join("target/out"), &mut paths)?;
        assert_eq!(paths, BTreeSet::from([folder.path().join("src")]));
        Ok(())
    }
}
