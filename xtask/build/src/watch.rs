//! What a guest is made of: the guest in; the files and folders whose change makes it another
//! one out.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, NodeDep};
use polyreactor_convention::Language;

use crate::find::{Guest, Project, rust_metadata};
use crate::toolchain::rust::TARGET;

/// The sources: the guest's own folder, its description, and the packages that it takes from
/// other folders of this machine. A folder stands for all that is in it.
pub(crate) fn sources(project: &Project, guest: &Guest) -> Result<BTreeSet<PathBuf>> {
    let mut folders = match guest.language {
        Language::Rust => rust(guest)?,
        Language::Go => local(&guest.folder, "go.mod", replacements)?,
        Language::Zig => local(&guest.folder, "build.zig.zon", dependencies)?,
        _ => BTreeSet::new(),
    };
    folders.insert(guest.folder.clone());
    let mut paths = BTreeSet::new();
    for folder in folders {
        without_builds(&folder, &project.target, &mut paths)?;
    }
    paths.extend(guest.folder.parent().map(|plugin| plugin.join("plugin.toml")));
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

/// The folders of all packages that cargo does not fetch, and what steers cargo.
fn rust(guest: &Guest) -> Result<BTreeSet<PathBuf>> {
    let mut command = rust_metadata(&guest.folder);
    command.other_options(["--filter-platform", TARGET].map(str::to_owned).to_vec());
    let manifest = guest.folder.join("Cargo.toml");
    let metadata = command.exec().with_context(|| manifest.display().to_string())?;
    let manifest = manifest.canonicalize().with_context(|| manifest.display().to_string())?;
    let is_own = |package: &&cargo_metadata::Package| {
        package.manifest_path.canonicalize().is_ok_and(|path| path == manifest)
    };
    let own = metadata.packages.iter().find(is_own);
    let own = own.with_context(|| format!("{} is no package", manifest.display()))?;
    let nodes = metadata.resolve.as_ref().map_or(&[][..], |resolve| &resolve.nodes);
    let nodes: HashMap<_, _> = nodes.iter().map(|node| (&node.id, &node.deps)).collect();
    let mut reached = BTreeSet::from([&own.id]);
    let mut ahead = vec![&own.id];
    while let Some(id) = ahead.pop() {
        let built = |next: &&NodeDep| {
            next.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
        };
        for next in nodes.get(id).into_iter().copied().flatten().filter(built) {
            if reached.insert(&next.pkg) {
                ahead.push(&next.pkg);
            }
        }
    }
    let local = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_none() && reached.contains(&package.id));
    let folders = local.filter_map(|package| package.manifest_path.parent());
    let mut paths: BTreeSet<PathBuf> = folders.map(|path| path.as_std_path().to_owned()).collect();
    let root = metadata.workspace_root.as_std_path();
    for file in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "rust-toolchain", ".cargo"] {
        paths.insert(root.join(file));
    }
    Ok(paths)
}

/// The folders that `file` names in `folder`, and in each of those in turn.
fn local(folder: &Path, file: &str, named: fn(&str) -> Vec<String>) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut ahead = vec![folder.to_owned()];
    while let Some(folder) = ahead.pop() {
        let file = folder.join(file);
        if !file.is_file() {
            continue;
        }
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        for other in named(&text) {
            // Without the `..`, or one folder is found by many names.
            let Ok(other) = folder.join(other).canonicalize() else { continue };
            if found.insert(other.clone()) {
                ahead.push(other);
            }
        }
    }
    Ok(found)
}

/// The folders of a go.mod: `replace example.org/x => ../x`.
fn replacements(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let behind = lines.filter_map(|line| Some(line.split_once("=>")?.1.trim().trim_matches('"')));
    let is_folder = |path: &&str| path.starts_with('.') || Path::new(path).is_absolute();
    behind.filter(is_folder).map(str::to_owned).collect()
}

/// The folders of a build.zig.zon: `.x = .{ .path = "../x" }`.
fn dependencies(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let text: String = lines.collect::<Vec<_>>().join("\n");
    let behind = text.split(".path").skip(1).filter_map(|after| {
        let value = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
        Some(value.split_once('"')?.0.to_owned())
    });
    behind.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_go_mod_names_folders_and_versions() {
        let text = "module m\nreplace a => ../a // why\nreplace (\n\tb => ./b\n\tc => d v1.2.3\n)\n\
                    // replace e => ../e\n";
        assert_eq!(replacements(text), ["../a", "./b"]);
    }

    #[test]
    fn a_build_zig_zon_names_folders_and_its_own_paths() {
        let text = ".{\n  .dependencies = .{ .a = .{ .path = \"../a\" },\n  .b = .{ .path =\n\
                    \"../b\" } },\n  // .path = \"../c\"\n  .paths = .{ \"src\" },\n}\n";
        assert_eq!(dependencies(text), ["../a", "../b"]);
    }

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
            let paths = sources(&project, guest.context("it is an example")?)?;
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
