//! Reads a module; one that a linker wrapped is patched in memory.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use polyreactor_contract::quote;
use polyreactor_convention::{Change, PatchOptions, Refused, patch};

/// The module in a file, patched where that makes it a reactor, and the changes.
pub(crate) fn read(file: &Path, options: &PatchOptions) -> Result<(Vec<u8>, Vec<Change>)> {
    let name = || format!("`{}`", quote::escape(&file.to_string_lossy()));
    let bytes = fs::read(file).with_context(|| format!("{} can't be read", name()))?;
    match patch(&bytes, options) {
        Ok(patched) => Ok((patched.bytes.into_owned(), patched.changes)),
        Err(refused @ (Refused::Failed { .. } | Refused::NotAsAssumed { .. })) => {
            bail!("{}: {refused}", name())
        }
        // `CheckedModule` finds the same faults, and reports all of them as diagnostics.
        Err(_) => Ok((bytes, Vec::new())),
    }
}
