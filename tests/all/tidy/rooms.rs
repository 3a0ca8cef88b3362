//! The graph of the host's top-level modules: each uses the modules below it, and none above.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use polyreactor_tests::repository;

/// The rooms of `host/src`, from the bottom upwards. Each may use those before it.
const ROOMS: &[&str] =
    &["os", "error", "interrupt", "engine", "wasi", "instance", "abi", "call", "load", "link"];

pub(super) fn rooms_use_what_is_below_them() -> Result<()> {
    let root = repository().join("host/src");
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for entry in fs::read_dir(&root).context("host/src")? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name == "lib" {
            continue;
        }
        let level = ROOMS.iter().position(|room| *room == name);
        let level = level.with_context(|| format!("{} is in no room", path.display()))?;
        found.push(level);
        for file in rust_files(&path)? {
            let text = fs::read_to_string(&file)?;
            let wrong = used(&text).filter(|used| !ROOMS[..=level].contains(used));
            let file = file.strip_prefix(&root)?.display();
            faults.extend(wrong.map(|used| format!("{file} uses `crate::{used}`")));
        }
    }
    found.sort_unstable();
    found.dedup();
    ensure!(found.len() == ROOMS.len(), "of {ROOMS:?} there are {found:?}");
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// The first words of the paths that begin at the crate, but for those in comments, which link to
/// the public names.
fn used(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split("crate::").skip(1)).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

fn rust_files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        files.extend(rust_files(&entry?.path())?);
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    Ok(files)
}
