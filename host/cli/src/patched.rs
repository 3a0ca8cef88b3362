//! Reads a module; one that a linker wrapped is patched in memory.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use polyreactor_contract::quote;
use polyreactor_convention::{PatchOptions, Refused, patch};

/// The module in a file, patched where that makes it a reactor.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    let name = || format!("`{}`", quote::escape(&file.to_string_lossy()));
    let bytes = fs::read(file).with_context(|| format!("{} can't be read", name()))?;
    match patch(&bytes, &PatchOptions::default()) {
        Ok(patched) => Ok(patched.bytes.into_owned()),
        Err(refused @ (Refused::Failed { .. } | Refused::NotAsAssumed { .. })) => {
            bail!("{}: {refused}", name())
        }
        // The load reports the same faults, with all of their causes.
        Err(_) => Ok(bytes),
    }
}
