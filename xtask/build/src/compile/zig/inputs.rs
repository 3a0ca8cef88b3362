//! What a Zig guest is made of beside its own folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::compile::named_in_turn;
use crate::project::Guest;

/// The folders of packages that zig takes from this machine.
pub(super) fn inputs(guest: &Guest) -> Result<BTreeSet<PathBuf>> {
    let named = |file: &Path| {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        Ok(dependencies(&text))
    };
    named_in_turn(&guest.folder, "build.zig.zon", &named)
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
    fn a_build_zig_zon_names_folders_and_its_own_paths() {
        let text = ".{\n  .dependencies = .{ .a = .{ .path = \"../a\" },\n  .b = .{ .path =\n\
                    \"../b\" } },\n  // .path = \"../c\"\n  .paths = .{ \"src\" },\n}\n";
        assert_eq!(dependencies(text), ["../a", "../b"]);
    }
}
