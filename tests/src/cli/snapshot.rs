//! Snapshots: the files with the expected output of commands.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Result;
use similar::TextDiff;

use super::header::Run;

/// The file with the expected output of a command on one stream.
pub(super) struct Snapshot {
    pub(super) file: PathBuf,
}

impl Snapshot {
    /// The snapshot of stdout (0) or stderr (1). `None` if the case has `STDOUT: has TEXT` or
    /// `STDERR: has TEXT` for that stream.
    pub(super) fn of(case: &Path, run: &Run, stream: usize) -> Option<Self> {
        if !run.has[stream].is_empty() {
            return None;
        }
        let stream = ["stdout", "stderr"][stream];
        let name = run.name.as_ref().map(|name| format!(".{name}")).unwrap_or_default();
        let mut file = case.as_os_str().to_owned();
        file.push(format!("{name}.{stream}"));
        Some(Snapshot { file: file.into() })
    }

    pub(super) fn is_one(file: &Path) -> bool {
        file.extension().is_some_and(|extension| extension == "stdout" || extension == "stderr")
    }

    /// Writes the output to the snapshot, or removes the snapshot if there is no output.
    pub(super) fn write(&self, printed: &str) -> Result<()> {
        if !printed.is_empty() {
            return Ok(std::fs::write(&self.file, printed)?);
        }
        match std::fs::remove_file(&self.file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Returns the difference between the snapshot and the output, or `None` if they are equal.
    pub(super) fn compare(&self, printed: &str) -> Result<Option<String>> {
        let expected = match std::fs::read_to_string(&self.file) {
            Ok(expected) if expected.is_empty() => {
                return Ok(Some(format!("{} is empty; remove it", self.file.display())));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            expected => expected?,
        };
        if expected == printed {
            return Ok(None);
        }
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let diff = TextDiff::from_lines(expected.as_str(), printed);
        let diff = diff.unified_diff().header(&name, "printed").to_string();
        Ok(Some(format!("{diff}\nIf the new output is right, BLESS=1 writes it to the snapshot.")))
    }
}
