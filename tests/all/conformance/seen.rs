//! The records in `conformance/seen/`: a file a toolchain, in it a line a build (see [`prove`]).
//! A line that differs from its record fails the test; `BLESS=1` rewrites it. For a toolchain
//! without a file nothing is compared.
//!
//! `cargo xtask drift` compares these files with those of another toolchain, which the tests write
//! to the folder in `POLYREACTOR_SEEN`.
//!
//! [`prove`]: super::prove::prove

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{env, fs};

use anyhow::{Result, bail};
use polyreactor_tests::{cli, repository};

/// Compares the line of a build with its record in the toolchain's file.
pub(crate) fn compare(toolchain: &str, name: &str, line: &str) -> Result<()> {
    // Tests run on several threads, and share the file.
    static FILES: Mutex<()> = Mutex::new(());
    let _lock = FILES.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let scratch = env::var_os("POLYREACTOR_SEEN").filter(|folder| !folder.is_empty());
    let folder = scratch.clone().map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| repository().join("tests/conformance/seen"));
    let file = folder.join(format!("{toolchain}.txt"));
    if cli::bless() || scratch.is_some() {
        let mut lines = read(&file);
        lines.insert(name.to_owned(), line.to_owned());
        fs::create_dir_all(&folder)?;
        let lines = lines.iter().map(|(name, line)| format!("{name}: {line}\n"));
        return Ok(fs::write(&file, lines.collect::<String>())?);
    }
    let lines = read(&file);
    match lines.get(name) {
        Some(seen) if seen == line => Ok(()),
        None if lines.is_empty() => Ok(()),
        seen => {
            let seen = seen.map_or("(nothing)", String::as_str);
            bail!("{toolchain} (BLESS=1 rewrites the record):\n-{seen}\n+{line}")
        }
    }
}

fn read(file: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    lines.map(|(name, line)| (name.to_owned(), line.to_owned())).collect()
}
