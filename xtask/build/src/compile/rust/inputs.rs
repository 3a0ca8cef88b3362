//! The inputs of a Rust guest beside its own folder.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, NodeDep};

use super::package::{chosen, metadata};
use crate::project::Guest;
use crate::toolchain::rust::TARGET;

/// The folders of all path dependencies, direct and transitive, and the files in the workspace's
/// root that configure cargo and rustup.
pub(super) fn inputs(guest: &Guest) -> Result<BTreeSet<PathBuf>> {
    let mut command = metadata(&guest.folder);
    command.other_options(["--filter-platform", TARGET].map(str::to_owned).to_vec());
    let metadata = command.exec().with_context(|| guest.folder.display().to_string())?;
    let own = chosen(guest, &metadata)?;
    let nodes = metadata.resolve.as_ref().map_or(&[][..], |resolve| &resolve.nodes);
    let nodes: HashMap<_, _> = nodes.iter().map(|node| (&node.id, &node.deps)).collect();
    let mut reached = BTreeSet::from([&own.id]);
    let mut pending = vec![&own.id];
    // Examples are built with dev-dependencies.
    let development = guest.settings.text("example").is_some();
    while let Some(id) = pending.pop() {
        let built = |next: &&NodeDep| {
            let is = |kind| kind != DependencyKind::Development || (development && *id == own.id);
            next.dep_kinds.iter().any(|next| is(next.kind))
        };
        for next in nodes.get(id).into_iter().copied().flatten().filter(built) {
            if reached.insert(&next.pkg) {
                pending.push(&next.pkg);
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
