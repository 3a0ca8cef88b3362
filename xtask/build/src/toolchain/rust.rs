//! Rust for a guest: the toolchain that its folder asks for, with the target for WASI.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::cargo_platform::Cfg;
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
    /// Where the standard library of [`TARGET`] is, or would be.
    pub libraries: PathBuf,
}

impl Rustc {
    /// Whether the standard library of [`TARGET`] is installed.
    pub fn has_target(&self) -> bool {
        let std = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("libstd-");
        let entries = self.libraries.read_dir().into_iter().flatten().flatten();
        entries.into_iter().any(|entry| std(&entry.file_name()))
    }

    /// What `cfg(…)` is true of for [`TARGET`].
    pub(crate) fn cfgs(&self, folder: &Path) -> Result<Vec<Cfg>> {
        let cfgs = say(folder, &["--print", "cfg", "--target", TARGET])?;
        Ok(cfgs.lines().filter_map(|line| line.parse().ok()).collect())
    }
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
    if rustc.has_target() {
        return Ok(rustc);
    }
    say!("note: adding target {TARGET} to Rust {}", rustc.version);
    let status = command("rustup", folder)
        .args(["target", "add", TARGET])
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status();
    let added = status.is_ok_and(|status| status.success());
    if !(added && rustc.has_target()) {
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
    let version = version_in(field("release: ").unwrap_or(&about))
        .with_context(|| format!("rustc does not say its version: {about}"))?;
    let commit = field("commit-hash: ").map(str::to_owned).filter(|hash| hash != "unknown");
    let places =
        say(folder, &["--print", "sysroot", "--print", "target-libdir", "--target", TARGET])?;
    let (sysroot, libraries) = places
        .trim()
        .split_once('\n')
        .with_context(|| format!("rustc does not say where it is: {places}"))?;
    let (sysroot, libraries) = (sysroot.trim().to_owned(), libraries.trim().into());
    Ok(Rustc { version, commit, sysroot, libraries })
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
