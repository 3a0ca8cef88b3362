//! The functions of libc and compiler-rt that Rust's standard library is linked with.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use crate::compile::runtime;
use polyreactor_terminal::print_stderr;

/// The names of these functions, read from the static libraries in `libraries`, the folder of the
/// standard library for WASI. Empty, with a note on stderr, if there is no libc.a.
pub(super) fn runtime_of(libraries: &Path) -> Result<BTreeSet<String>> {
    let libc = libraries.join("self-contained/libc.a");
    if !libc.exists() {
        // Rust from a system's packages, where the system has its own package with a libc for WASI.
        print_stderr!(
            "note: there is no {}, so `build-guests` cannot check whether an export has the name \
             of a function of libc, which the export would replace without a warning; a Rust that \
             rustup installed has this file",
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
    // Guests may export libc's own allocator with the linker's flag `--export`. A definition in the
    // plugin is refused by the linker: all four are in one member of libc.a, which std needs, so
    // that the symbol is defined twice.
    for name in ["malloc", "free", "calloc", "realloc"] {
        names.remove(name);
    }
    Ok(names)
}
