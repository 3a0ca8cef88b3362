//! `cargo xtask test`: provisions toolchains and hosts, builds the guests, runs every check and
//! test, and prints the counts.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use polyreactor_build::toolchain::{self, GO, ZIG};
use polyreactor_build::{Options, Selection, build_guests, find};

use crate::cargo::{Cargo, succeeds};
use crate::hosts::{NODE, WASMTIME_PY};

/// The manifest of crates that guests of the tests need. They are fetched first, so that the tests
/// themselves need no network.
const CRATES: &str = "tests/conformance/rust/Cargo.toml";

/// Folders whose Go modules the tests need, fetched likewise.
const GO_MODULES: &[&str] = &["tests/interop/wazero", "examples/wazero-host", WAZERO_ADAPTER];

/// The adapter by which `polyreactor parity --hosts` runs wazero.
const WAZERO_ADAPTER: &str = "host/parity/src/foreign/wazero";

/// Environment variables that tell the tests a path.
type Variables = Vec<(&'static str, OsString)>;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Run only tests with this in their names; no formatting, lints or documentation
    filter: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let project = find(&env::current_dir()?)?;
    let cargo = Cargo::new(&project.root)
        .env("POLYREACTOR_GUESTS", project.target.join("guests"))
        .env("RUSTDOCFLAGS", "-D warnings");
    let provisioned = provision(&project.root)?.into_iter();
    let cargo = provisioned.fold(cargo, |cargo, (name, value)| cargo.env(name, value));

    step("building the guests");
    let outcome = build_guests(&project, &Selection::default(), Options::default().locked(true))?;
    if let Some((guest, error)) = outcome.failed.into_iter().next() {
        return Err(error.context(format!("{} ({})", guest.name, guest.language)));
    }

    let mut failed = Vec::new();
    let mut note = |name, passed: bool| {
        if !passed {
            failed.push(name);
        }
    };
    if arguments.filter.is_none() {
        note("formatting", passes(&cargo, &["fmt", "--all", "--check"])?);
        note(
            "lints",
            passes(
                &cargo,
                &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
            )?,
        );
    }
    // Some tests run the programs. With `--tests`, the programs are built with the same features as
    // the tests; without it, cargo would compile the dependencies twice.
    note("programs", passes(&cargo, &["build", "--workspace", "--bins", "--tests", "--locked"])?);
    let mut tests = vec!["test", "--workspace", "--locked", "--no-fail-fast"];
    tests.extend(arguments.filter.as_deref());
    let (passed, counts) = run_tests(&cargo, &tests)?;
    note("tests", passed);
    if arguments.filter.is_none() {
        note("documentation", passes(&cargo, &["doc", "--workspace", "--no-deps", "--locked"])?);
    }

    println!("\n{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    if counts.passed == 0 {
        bail!("no test has run");
    }
    Ok(true)
}

/// Fetches the toolchains, hosts and packages that the tests need. Returns the variables that tell
/// the tests their paths.
fn provision(root: &Path) -> Result<Variables> {
    step("looking for toolchains and hosts");
    toolchain::rust::ready(root)?;
    let go = GO.find(None)?.path;
    let zig = ZIG.find(None)?.path;
    let mut variables = vec![(GO.variable, go.clone().into()), (ZIG.variable, zig.into())];
    let node = NODE.find(None).map(|node| vec![(NODE.variable, node.path.into())]);
    variables.extend(host_or_skip("Node", node)?);
    variables.extend(host_or_skip("wasmtime for Python", wasmtime_py())?);
    let mut cargo = toolchain::rust::command("cargo", root);
    cargo.args(["fetch", "--quiet", "--locked", "--manifest-path", CRATES]);
    if !succeeds(&mut cargo)? {
        bail!("cannot fetch the crates of {CRATES}; the cause is above: is there a network?");
    }
    for folder in GO_MODULES {
        let mut download = Command::new(&go);
        download.args(["mod", "download"]).current_dir(root.join(folder));
        download.envs([("GOWORK", "off"), ("GOFLAGS", "")]);
        if !succeeds(&mut download)? {
            bail!(
                "cannot fetch the Go modules of {folder}; the cause is above: is there a network?"
            );
        }
    }
    variables.extend(of_parity(&variables, root, &go)?);
    Ok(variables)
}

/// The variables that tell `polyreactor parity --hosts` where the foreign hosts are.
fn of_parity(variables: &Variables, root: &Path, go: &Path) -> Result<Variables> {
    let value = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.to_string_lossy().into_owned())
    };
    let mut own: Variables = Vec::new();
    own.extend(value(NODE.variable).map(|node| ("POLYREACTOR_HOST_NODE", node.into())));
    if let (Some(python), Some(path)) =
        (value("POLYREACTOR_PYTHON"), value("POLYREACTOR_WASMTIME_PY"))
        && cfg!(unix)
    {
        let command = serde_json::json!(["env", format!("PYTHONPATH={path}"), python]);
        own.push(("POLYREACTOR_HOST_WASMTIME_PY", command.to_string().into()));
    }
    let adapter =
        root.join("target/interop/parity-wazero").with_extension(env::consts::EXE_EXTENSION);
    let mut build = Command::new(go);
    build.args(["build", "-trimpath", "-buildvcs=false", "-o"]).arg(&adapter).arg(".");
    build.current_dir(root.join(WAZERO_ADAPTER));
    build.envs([("GOWORK", "off"), ("GOFLAGS", ""), ("GOTOOLCHAIN", "local")]);
    if !succeeds(&mut build)? {
        bail!("cannot build {WAZERO_ADAPTER}; the cause is above");
    }
    own.push(("POLYREACTOR_HOST_WAZERO", adapter.into()));
    Ok(own)
}

/// The variables for a foreign host. A host that can't be fetched is an error in CI; elsewhere a
/// note says so, and the tests that need the host are skipped.
fn host_or_skip(name: &str, host: Result<Variables>) -> Result<Variables> {
    let in_ci = env::var_os("CI").is_some_and(|value| !value.is_empty());
    match host {
        Err(error) if !in_ci => {
            println!("note: no {name}, so its tests are skipped: {error:#}");
            Ok(Vec::new())
        }
        host => host,
    }
}

fn wasmtime_py() -> Result<Variables> {
    let python = toolchain::python()?;
    let wasmtime = toolchain::provision(&WASMTIME_PY, WASMTIME_PY.default)?;
    Ok(vec![("POLYREACTOR_PYTHON", python.into()), ("POLYREACTOR_WASMTIME_PY", wasmtime.into())])
}

#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

/// Prints and runs a cargo command. Returns whether it succeeded.
fn passes(cargo: &Cargo, arguments: &[&str]) -> Result<bool> {
    step(&format!("cargo {}", arguments.join(" ")));
    succeeds(&mut cargo.command(arguments))
}

/// Runs tests, shows their output, and adds up the counts in their `test result` lines.
fn run_tests(cargo: &Cargo, arguments: &[&str]) -> Result<(bool, Counts)> {
    step(&format!("cargo {}", arguments.join(" ")));
    let mut command = cargo.command(arguments);
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot run cargo")?;
    let mut counts = Counts::default();
    let output = child.stdout.take().context("cargo's output is a pipe")?;
    let mut shown = std::io::stdout();
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        counts.add(&String::from_utf8_lossy(&line));
        shown.write_all(&line)?;
        shown.write_all(b"\n")?;
    }
    Ok((child.wait()?.success(), counts))
}

impl Counts {
    /// Adds the counts of a line `test result: ok. 4 passed; 0 failed; 1 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let words: Vec<&str> = result.split([' ', ';']).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<usize>() else { continue };
            match pair[1] {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }
}

fn step(what: &str) {
    eprintln!("\n== {what}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_from_test_result_lines() {
        let mut counts = Counts::default();
        counts.add("test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        counts.add("test result: FAILED. 2 passed; 3 failed; 0 ignored");
        counts.add("4 passed; this is something else");
        assert_eq!((counts.passed, counts.failed, counts.skipped), (6, 3, 1));
    }
}
