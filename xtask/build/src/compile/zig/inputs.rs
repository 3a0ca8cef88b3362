//! The inputs of a Zig guest beside its own folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::compile::reachable;
use crate::project::Guest;

/// The folders of local packages that the guest depends on, directly and through other packages.
pub(super) fn inputs(guest: &Guest) -> Result<BTreeSet<PathBuf>> {
    let named = |file: &Path| {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        Ok(dependencies(&text))
    };
    reachable(&guest.folder, "build.zig.zon", &named)
}

/// The folders that a build.zig.zon names: `.x = .{ .path = "../x" }`.
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
    fn folders_are_told_apart_from_the_packages_own_paths() {
        let text = ".{\n  .dependencies = .{ .a = .{ .path = \"../a\" },\n  .b = .{ .path =\n\
                    \"../b\" } },\n  // .path = \"../c\"\n  .paths = .{ \"src\" },\n}\n";
        assert_eq!(dependencies(text), ["../a", "../b"]);
    }
}
