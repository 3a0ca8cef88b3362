//! The graph of the top-level modules of `host/src`: each uses only the modules below it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use polyreactor_tests::repository;

/// The top-level modules of `host/src`, from the bottom upwards. Each may use those before it.
const ROOMS: &[&str] =
    &["os", "error", "interrupt", "engine", "wasi", "instance", "abi", "call", "load", "link"];

pub(super) fn host_modules_use_only_lower_modules() -> Result<()> {
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
        let level = level.with_context(|| {
            format!("{} is not listed in ROOMS of tests/all/tidy/rooms.rs", path.display())
        })?;
        found.push(level);
        for file in rust_files(&path)? {
            let text = fs::read_to_string(&file)?;
            let wrong = used(&text).filter(|used| !ROOMS[..=level].contains(used));
            let file = file.strip_prefix(&root)?.display();
            faults.extend(
                wrong.map(|used| format!("{file} uses `crate::{used}`, which is above it")),
            );
        }
    }
    found.sort_unstable();
    found.dedup();
    ensure!(
        found.len() == ROOMS.len(),
        "host/src has only the modules with the numbers {found:?} of {ROOMS:?}"
    );
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// The first segments of all paths that begin with `crate::`. Comments are left out: they may link
/// to any public item.
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
