//! Finds the module that a build.zig has installed.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The only .wasm file in the folder and its subfolders; of several, the one with the name of the
/// plugin.
///
/// # Errors
///
/// There is no .wasm file, or there are several, of which not exactly one has that name.
pub(super) fn only_module(folder: &Path, name: &str) -> Result<PathBuf> {
    let mut modules = Vec::new();
    collect(folder, &mut modules);
    modules.sort();
    if modules.len() > 1 {
        let is_named = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == name);
        let named: Vec<_> = modules.iter().filter(|path| is_named(path)).cloned().collect();
        if !named.is_empty() {
            modules = named;
        }
    }
    match &modules[..] {
        [module] => Ok(module.clone()),
        [] => bail!(
            "build.zig installs no .wasm file: build an executable for wasm32-wasi with \
             `wasi_exec_model = .reactor`, and install it with `b.installArtifact`"
        ),
        _ => {
            let names = modules.iter().filter_map(|path| path.strip_prefix(folder).ok());
            let names: Vec<_> = names.map(|path| path.display().to_string()).collect();
            bail!(
                "build.zig installs {} modules ({}); name exactly one of them `{name}.wasm`",
                modules.len(),
                names.join(", ")
            )
        }
    }
}

/// Adds all .wasm files in a folder and its subfolders.
fn collect(folder: &Path, modules: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, modules);
        } else if path.extension().is_some_and(|extension| extension == "wasm") {
            modules.push(path);
        }
    }
}
