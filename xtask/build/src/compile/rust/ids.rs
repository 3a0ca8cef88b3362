//! Package ids that do not depend on folders, for plugins that take packages by path from outside
//! of their workspace.
//!
//! Cargo passes an id of each package to rustc (`-C metadata=…`), which goes into symbol names and
//! `TypeId`s. For a package inside the workspace, cargo derives the id from its path in the
//! workspace; for a package outside, from the absolute path of its folder, so that the same sources
//! would give different bytes on different machines. The program in `ids/rustc.rs` is a wrapper
//! around rustc that replaces the id by one of the package's name, version and remapped folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::output;
use crate::toolchain::rust::{Rustc, command};

const PROGRAM: &str = include_str!("ids/rustc.rs");

/// Has `cargo` run the wrapper in place of rustc. `remapped` are folders and their names in the
/// module.
///
/// # Errors
///
/// The wrapper cannot be compiled.
pub(super) fn make_portable(
    cargo: &mut Command,
    rustc: &Rustc,
    folder: &Path,
    scratch: &Path,
    remapped: &[(String, String)],
) -> Result<()> {
    let program = program(rustc, folder, scratch)?;
    let own = Path::new(&rustc.sysroot).join("bin/rustc");
    let own = own.with_extension(std::env::consts::EXE_EXTENSION);
    let own = if own.is_file() { own } else { "rustc".into() };
    let remapped = remapped.iter().map(|(from, to)| format!("{from}\n{to}\n"));
    cargo
        .env("RUSTC", program)
        .env("POLYREACTOR_RUSTC", own)
        .env("POLYREACTOR_REMAPPED", remapped.collect::<String>());
    Ok(())
}

/// The path of the wrapper. Compiles it with the guest's toolchain if that has not been done yet.
fn program(rustc: &Rustc, folder: &Path, scratch: &Path) -> Result<PathBuf> {
    let about = format!("{PROGRAM}{}{:?}{}", rustc.version, rustc.commit, rustc.sysroot);
    let name = format!(
        "rustc-{}{}",
        &output::sha256(about.as_bytes())[..16],
        std::env::consts::EXE_SUFFIX
    );
    let place = scratch.join("rust");
    let path = place.join(&name);
    if path.is_file() {
        return Ok(path);
    }
    fs::create_dir_all(&place).with_context(|| format!("cannot write to {}", place.display()))?;
    let beside = tempfile::tempdir_in(&place)?;
    let source = beside.path().join("rustc.rs");
    fs::write(&source, PROGRAM)?;
    let built = beside.path().join(&name);
    let mut compiler = command("rustc", folder);
    compiler
        .args(["--edition", "2021", "-O", "-C", "strip=symbols", "-o"])
        .arg(&built)
        .arg(&source);
    let output = compiler.stdin(Stdio::null()).output().context("cannot run rustc")?;
    if !output.status.success() {
        bail!("rustc failed:\n{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    fs::rename(&built, &path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
