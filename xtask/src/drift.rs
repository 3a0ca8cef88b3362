//! `cargo xtask drift`: runs the conformance tests with every toolchain that can be fetched, and
//! prints how their modules differ from the observations in `tests/conformance/seen/`.
//!
//! The tests prove for each module that patching repairs it; this command adds only the comparison.
//! A toolchain that cannot be fetched is named and skipped.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use clap::Args;
use polyreactor_build::find;
use polyreactor_build::toolchain::rust::TARGET;
use polyreactor_build::toolchain::{GO, Spec, ZIG};

use crate::cargo::{Cargo, succeeds};

/// Rust toolchains to try beside the pinned one: 1.99, the last that wraps exports, and newer ones.
const RUST: [&str; 4] = ["1.99.0", "stable", "beta", "nightly"];

/// The folder of saved observations, one file for each toolchain.
const OBSERVATIONS: &str = "tests/conformance/seen";

#[derive(Args)]
pub(crate) struct Arguments {
    /// Only toolchains whose name begins with this: `rust`, `rust nightly`, `go`, `zig 0.16`,
    /// `wasm-opt`
    only: Option<String>,
    /// Save the observations in `tests/conformance/seen/`
    #[arg(long)]
    bless: bool,
}

/// Fetches a toolchain, into the given folder where it needs one. Returns the value of the variable
/// that tells the tests which toolchain to use.
type Get = dyn Fn(&Path) -> Result<OsString>;

/// A toolchain to try.
struct Candidate {
    name: String,
    /// Parts of the names of the tests that use the toolchain.
    tests: &'static [&'static str],
    /// The environment variable that tells the tests which toolchain to use.
    variable: &'static str,
    get: Box<Get>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let project = find(&std::env::current_dir()?)?;
    let scratch = project.target.join("drift");
    let mut good = true;
    for candidate in toolchains() {
        if arguments.only.as_ref().is_some_and(|only| !candidate.name.starts_with(only)) {
            continue;
        }
        eprintln!("\n== {}", candidate.name);
        let chosen = match (candidate.get)(&scratch) {
            Ok(chosen) => chosen,
            Err(error) => {
                println!("{}: skipped: {error:#}", candidate.name);
                continue;
            }
        };
        let seen = scratch.join(candidate.name.replace(' ', "-"));
        if seen.exists() {
            fs::remove_dir_all(&seen)?;
        }
        for tests in candidate.tests {
            if !test(&project.root, tests, candidate.variable, &chosen, &seen)? {
                println!("{}: a test failed; the cause is above", candidate.name);
                good = false;
            }
        }
        good &= compare(&project.root.join(OBSERVATIONS), &seen, arguments.bless)?;
    }
    Ok(good)
}

fn toolchains() -> Vec<Candidate> {
    let rust = RUST.map(|toolchain| Candidate {
        name: format!("rust {toolchain}"),
        tests: &["conformance::rust::"],
        variable: "POLYREACTOR_RUST",
        get: Box::new(move |scratch| rust(toolchain, scratch)),
    });
    let of = |spec: fn() -> Spec, name: &'static str, tests: &'static [&'static str]| {
        spec().versions().map(move |version| Candidate {
            name: format!("{name} {version}"),
            tests,
            variable: spec().variable,
            get: Box::new(move |_| Ok(spec().find(Some(&version))?.path.into_os_string())),
        })
    };
    let wasm_opt = Candidate {
        name: "wasm-opt".to_owned(),
        tests: &["conformance::optimised::"],
        variable: "POLYREACTOR_WASM_OPT",
        get: Box::new(|_| {
            let named = std::env::var_os("POLYREACTOR_WASM_OPT").filter(|path| !path.is_empty());
            named.context("set POLYREACTOR_WASM_OPT to its path (npm: package `binaryen`)")
        }),
    };
    rust.into_iter()
        .chain(of(|| GO, "go", &["conformance::go::"]))
        .chain(of(
            || ZIG,
            "zig",
            &["conformance::zig::", "conformance::c::", "projects::mains::", "projects::modes::"],
        ))
        .chain([wasm_opt])
        .collect()
}

/// Has rustup fetch the current version of a toolchain into a separate RUSTUP_HOME; the user's
/// toolchains stay unchanged.
fn rust(name: &str, scratch: &Path) -> Result<OsString> {
    let home = scratch.join("rustup").join(name);
    let mut rustup = Command::new("rustup");
    rustup
        .args(["toolchain", "install", "--no-self-update", "--profile", "minimal"])
        .args(["--target", TARGET, name])
        .env("RUSTUP_HOME", &home)
        .env_remove("RUSTUP_TOOLCHAIN")
        .stdin(Stdio::null())
        .stdout(std::io::stderr());
    ensure!(succeeds(&mut rustup)?, "rustup could not fetch the toolchain; the cause is above");
    let fetched = files(&home.join("toolchains"))?;
    Ok(fetched.into_iter().next().context("rustup fetched nothing")?.into_os_string())
}

/// Runs the tests whose names contain `tests`. They write their observations into the folder
/// `seen`.
fn test(
    root: &Path,
    tests: &str,
    variable: &'static str,
    chosen: &OsString,
    seen: &Path,
) -> Result<bool> {
    let cargo = Cargo::new(root).env(variable, chosen).env("POLYREACTOR_SEEN", seen);
    succeeds(cargo.tests(&["--quiet", tests]).stdout(std::io::stderr()))
}

/// Prints how the files in `seen` differ from the saved observations. Returns false if one differs;
/// a toolchain without saved observations does not. With `bless`, saves the new ones.
fn compare(saved: &Path, seen: &Path, bless: bool) -> Result<bool> {
    let mut good = true;
    for file in files(seen)? {
        let name = file.file_name().context("a file")?;
        let saved_file = saved.join(name);
        let (now, before) = (lines(&file)?, lines(&saved_file).unwrap_or_default());
        let title = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if before.is_empty() {
            println!("{title}: no saved observations; the tests of {} builds passed", now.len());
        } else if now == before {
            println!("{title}: unchanged, {} builds", now.len());
        } else {
            good &= bless;
            println!("{title}: changed");
            before.difference(&now).for_each(|line| println!("-{line}"));
            now.difference(&before).for_each(|line| println!("+{line}"));
        }
        if bless {
            fs::copy(&file, &saved_file)?;
        }
    }
    Ok(good)
}

/// The entries of a folder, sorted; none if the folder does not exist.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    // If no test has succeeded, there is no folder.
    let Ok(entries) = folder.read_dir() else { return Ok(Vec::new()) };
    let files: Result<Vec<PathBuf>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut files = files.map_err(|error: std::io::Error| error)?;
    files.sort();
    Ok(files)
}

fn lines(file: &Path) -> Result<BTreeSet<String>> {
    Ok(fs::read_to_string(file)?.lines().map(str::to_owned).collect())
}
