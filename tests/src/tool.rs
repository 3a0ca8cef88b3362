//! Toolchains and foreign hosts that tests run: found as `build-guests` finds them, never fetched.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use polyreactor_build::toolchain::{self, GO, Spec, ZIG};

use crate::finish;
use crate::hosts::NODE;

/// The error of a missing toolchain or foreign host. The test fails in CI and is skipped elsewhere
/// (see [`trial`](crate::trial())).
#[derive(Debug)]
pub struct Missing(String);

/// Returns the command `go`, without network access, and without the `GOWORK`, `GOFLAGS`, `GOOS`
/// and `GOARCH` of the environment.
///
/// # Errors
///
/// [`Missing`] if there is no Go; an error if the one in `POLYREACTOR_GO` does not run or is too
/// old.
pub fn go() -> Result<Command> {
    let mut go = Command::new(find(&GO)?);
    go.env("GOTOOLCHAIN", "local").env("GOPROXY", "off").env("GOWORK", "off").env("GOFLAGS", "");
    go.env_remove("GOOS").env_remove("GOARCH");
    Ok(go)
}

/// Returns the command `zig`.
///
/// # Errors
///
/// [`Missing`] if there is no Zig; an error if the one in `POLYREACTOR_ZIG` does not run or is too
/// old.
pub fn zig() -> Result<Command> {
    Ok(Command::new(find(&ZIG)?))
}

/// Builds the Go program in `folder` into the file `program`.
///
/// # Errors
///
/// Those of [`go`], and if the program does not compile, or a Go module that it needs has not been
/// downloaded.
pub fn go_build(folder: &Path, program: &Path) -> Result<()> {
    let place = program.parent().context("a file in a folder")?;
    std::fs::create_dir_all(place)?;
    // Linked elsewhere and renamed: another test run may be executing the old program.
    let apart = tempfile::tempdir_in(place)?;
    let built = apart.path().join("built");
    let mut build = go()?;
    build.current_dir(folder).args(["build", "-trimpath", "-buildvcs=false", "-o"]);
    finish(build.arg(&built).arg("."))?.success().with_context(|| {
        format!(
            "`go build` failed in {0}; if a module is missing, run `go mod download` there",
            folder.display()
        )
    })?;
    Ok(std::fs::rename(&built, program)?)
}

/// Returns the command `node`, without the options in `NODE_OPTIONS`.
///
/// # Errors
///
/// [`Missing`] if there is no Node; an error if the one in `POLYREACTOR_NODE` does not run or is
/// too old.
pub fn node() -> Result<Command> {
    let mut node = Command::new(find(&NODE)?);
    node.env_remove("NODE_OPTIONS");
    Ok(node)
}

/// Returns the command `python`, with a path on which Python finds the package `wasmtime`.
///
/// # Errors
///
/// [`Missing`] if there is no Python or no such package; an error if `POLYREACTOR_WASMTIME_PY` is
/// set and Python cannot import the package with that folder.
pub fn python_with_wasmtime() -> Result<Command> {
    let program = toolchain::python().map_err(|error| Missing(format!("{error:#}")))?;
    let mut python = Command::new(&program);
    let mut probe = Command::new(&program);
    let chosen = chosen("POLYREACTOR_WASMTIME_PY");
    for command in [&mut python, &mut probe] {
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        if let Some(folder) = &chosen {
            command.env("PYTHONPATH", folder);
        }
    }
    let probed = finish(probe.args(["-c", "import wasmtime"]))?;
    match chosen {
        _ if probed.status.success() => Ok(python),
        Some(folder) => {
            bail!("POLYREACTOR_WASMTIME_PY is {}: {}", folder.display(), probed.stderr)
        }
        None => bail!(Missing(format!("the package `wasmtime` for {}", program.display()))),
    }
}

/// Finds the program: the one in the variable, else on PATH, else provisioned earlier.
fn find(spec: &Spec) -> Result<PathBuf> {
    let mut notes = String::new();
    let found = spec.look(None, &mut |note| notes += &format!("; {note}"))?;
    let missing = || Missing(format!("{} (on PATH, or in {}){notes}", spec.name, spec.variable));
    Ok(found.ok_or_else(missing)?.path)
}

fn chosen(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from)
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "missing: {}", self.0)
    }
}

impl std::error::Error for Missing {}
