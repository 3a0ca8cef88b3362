//! The Rust toolchain of a guest: the one that rustup chooses in its folder, with the target for
//! WASI.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::cargo_platform::Cfg;
use semver::Version;

use super::version_in;
use crate::cargo_env;
use polyreactor_terminal::print_stderr;

/// The target that guests are compiled for: WASI preview 1.
pub const TARGET: &str = "wasm32-wasip1";

/// The Rust toolchain of a folder.
#[derive(Debug, Clone)]
pub struct Rustc {
    /// The version of rustc.
    pub version: Version,
    /// The commit that rustc was built from, which panic messages of std contain. `None` if rustc
    /// reports none.
    pub commit: Option<String>,
    /// The folder of the installation.
    pub sysroot: String,
    /// The folder of the standard library for [`TARGET`]; it may not exist.
    pub libraries: PathBuf,
}

impl Rustc {
    /// Whether the standard library for [`TARGET`] is installed.
    pub fn has_target(&self) -> bool {
        let std = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("libstd-");
        let entries = self.libraries.read_dir().into_iter().flatten().flatten();
        entries.into_iter().any(|entry| std(&entry.file_name()))
    }

    /// The `cfg` values that are set for [`TARGET`].
    pub(crate) fn cfgs(&self, folder: &Path) -> Result<Vec<Cfg>> {
        let cfgs = printed(folder, &["--print", "cfg", "--target", TARGET])?;
        Ok(cfgs.lines().filter_map(|line| line.parse().ok()).collect())
    }
}

/// A command that runs `program` in `folder` with the toolchain of that folder: variables of the
/// outer cargo and rustup, and flags that are meant for the host, are removed from its environment.
pub fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for name in cargo_env::foreign() {
        command.env_remove(name);
    }
    command
}

/// Returns the toolchain of `folder`. If [`TARGET`] is missing, has rustup add it, which needs a
/// network.
///
/// # Errors
///
/// There is no rustc, or the target is missing and rustup cannot add it.
pub fn ready(folder: &Path) -> Result<Rustc> {
    let rustc = look(folder)?;
    if rustc.has_target() {
        return Ok(rustc);
    }
    print_stderr!("note: adding target {TARGET} to Rust {}", rustc.version);
    let status = command("rustup", folder)
        .args(["target", "add", TARGET])
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status();
    let added = status.is_ok_and(|status| status.success());
    if !(added && rustc.has_target()) {
        bail!(
            "Rust {} ({}) has no target {TARGET}, and rustup could not add it; run \
             `rustup target add {TARGET}`, or install the standard library of the target \
             from your system's packages",
            rustc.version,
            rustc.sysroot
        );
    }
    Ok(rustc)
}

/// Returns the toolchain of `folder`, and changes nothing.
///
/// # Errors
///
/// There is no rustc, or its output cannot be parsed.
pub fn look(folder: &Path) -> Result<Rustc> {
    let about = printed(folder, &["-vV"])?;
    let field = |name: &str| about.lines().find_map(|line| line.strip_prefix(name));
    let version = version_in(field("release: ").unwrap_or(&about))
        .with_context(|| format!("`rustc -vV` prints no version: {about}"))?;
    let commit = field("commit-hash: ").map(str::to_owned).filter(|hash| hash != "unknown");
    let places =
        printed(folder, &["--print", "sysroot", "--print", "target-libdir", "--target", TARGET])?;
    let (sysroot, libraries) = places
        .trim()
        .split_once('\n')
        .with_context(|| format!("`rustc --print sysroot` prints no folders: {places}"))?;
    let (sysroot, libraries) = (sysroot.trim().to_owned(), libraries.trim().into());
    Ok(Rustc { version, commit, sysroot, libraries })
}

/// What rustc prints in `folder` with these arguments.
fn printed(folder: &Path, arguments: &[&str]) -> Result<String> {
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
