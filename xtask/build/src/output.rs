//! Files that are whole or not there: a path and bytes in, the file written beside and renamed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// Writes a file so that nobody ever sees half of it. A file that holds these bytes already
/// is left alone, and so are the builds that look at its date. The folder has to be there.
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
    // A temporary file is its owner's alone; what is built is for everyone to read.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(beside.path(), fs::Permissions::from_mode(0o644))
            .with_context(failed)?;
    }
    beside.persist(path).map_err(|error| error.error).with_context(failed)?;
    Ok(())
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// A hash (SHA-256), in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A size as people read it: `612 B`, `58.1 KiB`, `1.8 MiB`.
pub(crate) fn size(bytes: usize) -> String {
    let bytes = bytes as f64;
    match bytes {
        _ if bytes < 1024.0 => format!("{bytes} B"),
        _ if bytes < 1024.0 * 1024.0 => format!("{:.1} KiB", bytes / 1024.0),
        _ => format!("{:.1} MiB", bytes / 1024.0 / 1024.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_whole_and_nothing_lies_beside_it() -> Result<()> {
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

    #[test]
    fn sizes_are_readable() {
        assert_eq!([size(612), size(59_494), size(1_887_436)], ["612 B", "58.1 KiB", "1.8 MiB"]);
    }
}
