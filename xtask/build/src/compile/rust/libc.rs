//! The functions of C's that Rust's standard library is linked with.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use crate::compile::runtime;

/// What C's functions are called that std is linked with.
pub(super) fn runtime_of(libraries: &Path) -> Result<BTreeSet<String>> {
    let libc = libraries.join("self-contained/libc.a");
    if !libc.exists() {
        // As systems install it that have a libc for WASI of their own.
        say!(
            "note: there is no {}, so nobody checks whether an export is called like a function \
             of libc, which it would replace; the Rust that rustup installs has it",
            libc.display()
        );
        return Ok(BTreeSet::new());
    }
    let mut names = runtime::defined_in(&libc)?;
    let entries = libraries.read_dir().with_context(|| libraries.display().to_string())?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("libcompiler_builtins-") && name.ends_with(".rlib") {
            names.extend(runtime::defined_in(&entry.path())?);
        }
    }
    // Exported on purpose, by the linker's `--export`, these are libc's own. They lie in one
    // member of it, which std needs: with one of them in the plugin the linker finds it twice.
    for name in ["malloc", "free", "calloc", "realloc"] {
        names.remove(name);
    }
    Ok(names)
}
