//! Toolchains and foreign hosts that tests run: found where the build finds them, and never fetched.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use polyreactor_build::toolchain::{self, GO, Spec, ZIG};

use crate::finish;
use crate::hosts::NODE;

/// A tool that this machine lacks: a failure in CI, a skip elsewhere.
#[derive(Debug)]
pub struct Missing(String);

/// `go`, which neither reaches for the network nor is led astray by its environment.
///
/// # Errors
///
/// [`Missing`], or that the one chosen by hand does not run or is too old.
pub fn go() -> Result<Command> {
    let mut go = Command::new(find(&GO)?);
    go.env("GOTOOLCHAIN", "local").env("GOPROXY", "off").env("GOWORK", "off").env("GOFLAGS", "");
    go.env_remove("GOOS").env_remove("GOARCH");
    Ok(go)
}

/// `zig`.
///
/// # Errors
///
/// [`Missing`], or that the one chosen by hand does not run or is too old.
pub fn zig() -> Result<Command> {
    Ok(Command::new(find(&ZIG)?))
}

/// Builds the Go program in `folder`, as the file `program`.
///
/// # Errors
///
/// As of [`go`], and where it does not compile or a module that it needs is not here.
pub fn go_build(folder: &Path, program: &Path) -> Result<()> {
    let place = program.parent().context("a file in a folder")?;
    std::fs::create_dir_all(place)?;
    // Linked apart and moved into place: another run may be executing the old one.
    let apart = tempfile::tempdir_in(place)?;
    let built = apart.path().join("built");
    let mut build = go()?;
    build.current_dir(folder).args(["build", "-trimpath", "-buildvcs=false", "-o"]);
    finish(build.arg(&built).arg("."))?.success().with_context(|| {
        format!(
            "go build in {0}; where a module is missing: `go mod download` there",
            folder.display()
        )
    })?;
    Ok(std::fs::rename(&built, program)?)
}

/// `node`, without options from the environment.
///
/// # Errors
///
/// [`Missing`], or that the one chosen by hand does not run or is too old.
pub fn node() -> Result<Command> {
    let mut node = Command::new(find(&NODE)?);
    node.env_remove("NODE_OPTIONS");
    Ok(node)
}

/// `python` that finds the package `wasmtime`.
///
/// # Errors
///
/// [`Missing`], or that the package's folder was chosen by hand and holds none.
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
        None => bail!(Missing(format!("the package wasmtime of {}", program.display()))),
    }
}

/// The program that the variable names, or that is on PATH, or that was provisioned before.
fn find(spec: &Spec) -> Result<PathBuf> {
    let mut told = String::new();
    let found = spec.look(None, &mut |note| told += &format!("; {note}"))?;
    let missing = || Missing(format!("{} (on PATH, or in {}){told}", spec.name, spec.variable));
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
