//! Rust for a guest: its folder in; that the target is there, and what compiles it, out.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use semver::Version;

use super::version_in;
use crate::cargo_env;

/// The target that guests are compiled for.
pub const TARGET: &str = "wasm32-wasip1";

/// What a guest's own toolchain says of itself.
#[derive(Debug, Clone)]
pub struct Rustc {
    /// Its version.
    pub version: Version,
    /// The commit that it was built from, as panic messages of std name it.
    pub commit: Option<String>,
    /// Where it is installed.
    pub sysroot: String,
}

/// A command in `folder`, with that folder's toolchain rather than the one which this program
/// was started with.
pub fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for name in cargo_env::foreign() {
        command.env_remove(name);
    }
    command
}

/// Makes sure that the toolchain of `folder` compiles for [`TARGET`], and answers what it is.
///
/// # Errors
///
/// Where there is no rustc, or the target is missing and rustup cannot add it.
pub fn ready(folder: &Path) -> Result<Rustc> {
    let rustc = look(folder)?;
    if has_target(folder)? {
        return Ok(rustc);
    }
    say!("note: adding target {TARGET} to Rust {}", rustc.version);
    let status = command("rustup", folder)
        .args(["target", "add", TARGET])
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status();
    let added = status.is_ok_and(|status| status.success());
    if !(added && has_target(folder)?) {
        bail!(
            "Rust {} ({}) has no target {TARGET}, and it could not be added; \
             `rustup target add {TARGET}`, or install the target's standard library \
             with your system's Rust",
            rustc.version,
            rustc.sysroot
        );
    }
    Ok(rustc)
}

/// What the toolchain of `folder` is.
///
/// # Errors
///
/// Where there is none.
pub fn look(folder: &Path) -> Result<Rustc> {
    let about = say(folder, &["-vV"])?;
    let field = |name: &str| about.lines().find_map(|line| line.strip_prefix(name));
    Ok(Rustc {
        version: version_in(field("release: ").unwrap_or(&about))
            .with_context(|| format!("rustc does not say its version: {about}"))?,
        commit: field("commit-hash: ").map(str::to_owned).filter(|hash| hash != "unknown"),
        sysroot: say(folder, &["--print", "sysroot"])?.trim().to_owned(),
    })
}

/// Whether the target's standard library is installed.
///
/// # Errors
///
/// Where there is no rustc.
pub fn has_target(folder: &Path) -> Result<bool> {
    let Ok(entries) = libraries(folder)?.read_dir() else { return Ok(false) };
    let std = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("libstd-");
    Ok(entries.flatten().any(|entry| std(&entry.file_name())))
}

/// Where the target's standard library is, or would be.
///
/// # Errors
///
/// Where there is no rustc.
pub fn libraries(folder: &Path) -> Result<PathBuf> {
    Ok(say(folder, &["--print", "target-libdir", "--target", TARGET])?.trim().into())
}

fn say(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = command("rustc", folder)
        .args(arguments)
        .output()
        .context("cannot run rustc; install Rust (rustup)")?;
    if !output.status.success() {
        bail!(
            "rustc fails in {}: {}",
            folder.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
