//! The tools of foreign hosts: the environment in; a command to build on, or what is missing, out.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{Finished, finish};

/// A tool that this machine lacks: a failure in CI, a skip elsewhere.
#[derive(Debug)]
pub struct Missing(String);

/// `go`, at least 1.24, that neither reaches for the network nor is led astray by its
/// environment.
///
/// # Errors
///
/// [`Missing`], or that the one chosen by hand does not run.
pub fn go() -> Result<Command> {
    let (program, version) = find("POLYREACTOR_GO", &["go"], &["env", "GOVERSION"])?;
    let version = version.stdout.trim();
    let number = version.trim_start_matches("go1.");
    let minor: String = number.chars().take_while(char::is_ascii_digit).collect();
    if minor.parse::<u32>().is_ok_and(|minor| minor < 24) {
        bail!(Missing(format!("Go 1.24 or newer; {} is {}", program.display(), version)));
    }
    let mut go = Command::new(program);
    go.env("GOTOOLCHAIN", "local").env("GOPROXY", "off").env("GOWORK", "off").env("GOFLAGS", "");
    go.env_remove("GOOS").env_remove("GOARCH");
    Ok(go)
}

/// `zig`.
///
/// # Errors
///
/// [`Missing`], or that the one chosen by hand does not run.
pub fn zig() -> Result<Command> {
    Ok(Command::new(find("POLYREACTOR_ZIG", &["zig"], &["version"])?.0))
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
/// [`Missing`], or that the one chosen by hand does not run.
pub fn node() -> Result<Command> {
    let (program, _) = find("POLYREACTOR_NODE", &["node"], &["--version"])?;
    let mut node = Command::new(program);
    node.env_remove("NODE_OPTIONS");
    Ok(node)
}

/// `python` that finds the package `wasmtime`.
///
/// # Errors
///
/// [`Missing`], or that what was chosen by hand does not run.
pub fn python_with_wasmtime() -> Result<Command> {
    let (program, _) = find("POLYREACTOR_PYTHON", &["python3", "python"], &["--version"])?;
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

/// The program that `variable` names, else the first of `names` that is on `PATH`; and what
/// it answers to `probe`.
fn find(variable: &str, names: &[&str], probe: &[&str]) -> Result<(PathBuf, Finished)> {
    let run = |program: &Path| {
        finish(Command::new(program).args(probe))
            .and_then(Finished::success)
            .with_context(|| format!("{} does not run", program.display()))
    };
    if let Some(program) = chosen(variable) {
        let finished = run(&program).with_context(|| format!("chosen by {variable}"))?;
        return Ok((program, finished));
    }
    let mut found = names.iter().map(PathBuf::from);
    let found = found.find_map(|program| run(&program).ok().map(|finished| (program, finished)));
    Ok(found
        .ok_or_else(|| Missing(format!("{} (on PATH, or in {variable})", names.join(" or "))))?)
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
