//! Path dependencies outside of the guest's workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::Package;

use super::package::metadata;
use crate::toolchain::rust::TARGET;

/// The packages that the workspace at `root` depends on by path and that lie outside of `root`.
/// `members` are the packages of the workspace.
///
/// # Errors
///
/// Cargo cannot resolve the dependencies.
pub(super) fn outside(root: &Path, members: &[Package], locked: bool) -> Result<Vec<Package>> {
    if !may_have_others(root, members) {
        return Ok(Vec::new());
    }
    let mut command = metadata(root);
    let options = ["--filter-platform", TARGET].into_iter().chain(locked.then_some("--locked"));
    command.other_options(options.map(str::to_owned).collect::<Vec<_>>());
    let metadata = command.exec().with_context(|| root.display().to_string())?;
    let local = metadata.packages.into_iter().filter(|package| package.source.is_none());
    Ok(local.filter(|package| !package.manifest_path.starts_with(root)).collect())
}

/// Whether the lock file is missing, or has packages that are neither fetched nor members. Avoids
/// `cargo metadata` where possible, which takes longer than building an unchanged plugin.
fn may_have_others(root: &Path, members: &[Package]) -> bool {
    let text = fs::read_to_string(root.join("Cargo.lock")).ok();
    let lock = text.and_then(|text| text.parse::<toml::Table>().ok());
    let Some(lock) = lock else { return true };
    let members: BTreeSet<(&str, String)> = members
        .iter()
        .map(|package| (package.name.as_str(), package.version.to_string()))
        .collect();
    let packages = lock.get("package").and_then(toml::Value::as_array);
    packages.into_iter().flatten().filter(|package| package.get("source").is_none()).any(
        |package| {
            let text = |key: &str| package.get(key).and_then(toml::Value::as_str);
            let version = text("version").unwrap_or_default().to_owned();
            !members.contains(&(text("name").unwrap_or_default(), version))
        },
    )
}
