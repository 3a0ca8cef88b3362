//! Atomic writing of files: the bytes go to a temporary file in the same folder, which is renamed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// Writes a file atomically: no reader sees a part of it. A file that has these bytes already is
/// not written, so that its modification time does not trigger builds that depend on it.
///
/// # Errors
///
/// The folder of `path` does not exist, `path` is a directory, or writing fails.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let failed = || format!("cannot write {}", path.display());
    if path.is_dir() {
        bail!("{}: it is a directory; name a file in it", failed());
    }
    if !folder.is_dir() {
        bail!("{}: there is no folder {}", failed(), folder.display());
    }
    let beside = tempfile::Builder::new().prefix(".writing-").tempfile_in(folder);
    let beside = beside.with_context(failed)?;
    fs::write(beside.path(), bytes).with_context(failed)?;
    // A temporary file has mode 0600; an artifact is readable for everyone.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(beside.path(), fs::Permissions::from_mode(0o644))
            .with_context(failed)?;
    }
    beside.persist(path).map_err(|error| error.error).with_context(failed)?;
    Ok(())
}

/// Removes a file. A file that does not exist is no error.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// The SHA-256 hash of the bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_replaces_the_file_and_leaves_no_temporary_file() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("file");
        write(&path, b"one")?;
        write(&path, b"two")?;
        assert_eq!(fs::read(&path)?, b"two");
        assert_eq!(
            path.parent().map(|folder| folder.read_dir().map(Iterator::count)).transpose()?,
            Some(1)
        );
        remove(&path)?;
        remove(&path)
    }
}
