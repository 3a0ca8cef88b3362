//! Saved failures: the sequences for which earlier runs have found a difference, a line each. They
//! are made again at the beginning of the next run.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use anyhow::{Context, Result};

const HEADER: &str = "\
# Sequences of calls for which `polyreactor parity` has found a difference. They are made again at the
# beginning of each run. Keep this file under version control; remove a line that is of no use.
";

/// The saved sequences; none where the file does not exist.
pub(crate) fn load(file: &Path) -> Result<Vec<String>> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| unreadable(file)),
    };
    Ok(lines(&text).map(str::to_owned).collect())
}

/// Adds a sequence, unless the file has it. The file is locked, so that two runs at once lose
/// nothing.
pub(crate) fn add(file: &Path, sequence: &str) -> Result<()> {
    let unwritable = || format!("the difference can't be saved in `{}`", file.display());
    let mut options = File::options();
    let mut opened =
        options.read(true).append(true).create(true).open(file).with_context(unwritable)?;
    opened.lock().with_context(unwritable)?;
    let mut text = String::new();
    opened.read_to_string(&mut text).with_context(|| unreadable(file))?;
    if lines(&text).any(|line| line == sequence) {
        return Ok(());
    }
    let header = if text.is_empty() { HEADER } else { "" };
    let end_of_line = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    // One write, so that no reader sees a part of a line.
    opened
        .write_all(format!("{header}{end_of_line}{sequence}\n").as_bytes())
        .with_context(unwritable)
}

fn unreadable(file: &Path) -> String {
    format!("`{}` can't be read", file.display())
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_sequence_is_saved_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("parity.failures");
        assert!(super::load(&file).unwrap().is_empty());
        for sequence in ["inc(1)", "inc(2)", "inc(1)"] {
            super::add(&file, sequence).unwrap();
        }
        assert_eq!(super::load(&file).unwrap(), ["inc(1)", "inc(2)"]);
    }
}
