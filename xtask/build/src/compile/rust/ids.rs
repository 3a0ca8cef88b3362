//! The same package ids in any folder, for plugins that take packages from outside of their
//! workspace.
//!
//! Cargo makes an id of each package, which goes into the names of functions and into `TypeId`s.
//! Packages inside of the workspace have ids by their places in it; all others by the whole path of
//! their folder, so that the same sources become other bytes on each machine. The program in
//! `ids/rustc.rs` stands between cargo and rustc, and passes on ids that are made of what the
//! package is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::output;
use crate::toolchain::rust::{Rustc, command};

const PROGRAM: &str = include_str!("ids/rustc.rs");

/// Has `cargo` run rustc with ids that do not depend on folders, which are named as `remapped` has
/// it.
///
/// # Errors
///
/// Where the program cannot be compiled.
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

/// The program, compiled by the guest's own toolchain where that has not been done.
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
    let said = compiler.stdin(Stdio::null()).output().context("cannot run rustc")?;
    if !said.status.success() {
        bail!("rustc failed:\n{}", String::from_utf8_lossy(&said.stderr).trim());
    }
    fs::rename(&built, &path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
