//! The inputs of a guest: the files and folders whose change makes it another one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::compile::adapter;
use crate::project::{Guest, Project};

/// The guest's own folder, its description, and the packages that it takes from other folders of
/// this machine. A folder stands for all that is in it.
pub(crate) fn inputs(project: &Project, guest: &Guest) -> Result<BTreeSet<PathBuf>> {
    let mut folders = adapter(guest.language)?.inputs(guest)?;
    folders.insert(guest.folder.clone());
    let mut paths = BTreeSet::new();
    for folder in folders {
        without_builds(&folder, &project.target, &mut paths)?;
    }
    paths.insert(guest.description.clone());
    paths.insert(project.root.join("Cargo.toml"));
    // Cargo takes what isn't there for changed, each time.
    paths.retain(|path| path.exists());
    Ok(paths)
}

/// The folder; or what is in it, where the builds are in it too, for they always change. What
/// is hidden there (`.git`) belongs to no package.
fn without_builds(folder: &Path, builds: &Path, paths: &mut BTreeSet<PathBuf>) -> Result<()> {
    if !builds.starts_with(folder) {
        paths.insert(folder.to_owned());
        return Ok(());
    }
    let entries = folder.read_dir().with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry.with_context(|| folder.display().to_string())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') && !builds.starts_with(&path) {
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
    fn packages_from_other_folders_are_sources() -> Result<()> {
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
    fn a_folder_that_is_built_in_is_looked_into() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for name in ["src", "target/out", ".git"] {
            fs::create_dir_all(folder.path().join(name))?;
        }
        let mut paths = BTreeSet::new();
        without_builds(folder.path(), &folder.path().join("target/out"), &mut paths)?;
        assert_eq!(paths, BTreeSet::from([folder.path().join("src")]));
        Ok(())
    }
}
