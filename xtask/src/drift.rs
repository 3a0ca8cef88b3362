//! `cargo xtask drift`: runs the conformance tests with every toolchain that can be got, and prints
//! where their modules look otherwise than `tests/conformance/seen/` has it.
//!
//! The tests prove of each module that patching mends it; here only what changed is told. What
//! cannot be got is named, and passed over.

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

/// Of Rust, beside the pinned toolchain: the last that wraps exports, and what comes.
const RUST: [&str; 4] = ["1.99.0", "stable", "beta", "nightly"];

const RECORDS: &str = "tests/conformance/seen";

#[derive(Args)]
pub(crate) struct Arguments {
    /// Only what begins so: `rust`, `rust nightly`, `go`, `zig 0.16`, `wasm-opt`
    only: Option<String>,
    /// Write down what was seen
    #[arg(long)]
    bless: bool,
}

/// Fetches a toolchain, into the folder if need be; what the tests are told of it.
type Get = dyn Fn(&Path) -> Result<OsString>;

/// A toolchain to be tried.
struct Tried {
    name: String,
    /// The tests that compile with it.
    tests: &'static [&'static str],
    /// How the tests are told.
    variable: &'static str,
    get: Box<Get>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let project = find(&std::env::current_dir()?)?;
    let scratch = project.target.join("drift");
    let mut good = true;
    for tried in toolchains() {
        if arguments.only.as_ref().is_some_and(|only| !tried.name.starts_with(only)) {
            continue;
        }
        eprintln!("\n== {}", tried.name);
        let chosen = match (tried.get)(&scratch) {
            Ok(chosen) => chosen,
            Err(error) => {
                println!("{}: passed over: {error:#}", tried.name);
                continue;
            }
        };
        let seen = scratch.join(tried.name.replace(' ', "-"));
        if seen.exists() {
            fs::remove_dir_all(&seen)?;
        }
        for tests in tried.tests {
            if !test(&project.root, tests, tried.variable, &chosen, &seen)? {
                println!("{}: a test failed (above is why)", tried.name);
                good = false;
            }
        }
        good &= compare(&project.root.join(RECORDS), &seen, arguments.bless)?;
    }
    Ok(good)
}

fn toolchains() -> Vec<Tried> {
    let rust = RUST.map(|toolchain| Tried {
        name: format!("rust {toolchain}"),
        tests: &["conformance::rust::"],
        variable: "POLYREACTOR_RUST",
        get: Box::new(move |scratch| rust(toolchain, scratch)),
    });
    let of = |spec: fn() -> Spec, name: &'static str, tests: &'static [&'static str]| {
        spec().versions().map(move |version| Tried {
            name: format!("{name} {version}"),
            tests,
            variable: spec().variable,
            get: Box::new(move |_| Ok(spec().find(Some(&version))?.path.into_os_string())),
        })
    };
    let wasm_opt = Tried {
        name: "wasm-opt".to_owned(),
        tests: &["conformance::optimised::"],
        variable: "POLYREACTOR_WASM_OPT",
        get: Box::new(|_| {
            let named = std::env::var_os("POLYREACTOR_WASM_OPT").filter(|path| !path.is_empty());
            named.context("name one in POLYREACTOR_WASM_OPT (npm: package `binaryen`)")
        }),
    };
    rust.into_iter()
        .chain(of(|| GO, "go", &["conformance::go::"]))
        .chain(of(|| ZIG, "zig", &["conformance::zig::", "conformance::c::"]))
        .chain([wasm_opt])
        .collect()
}

/// Has rustup fetch a toolchain as it is today, into a folder of its own: those of the user
/// stay as they are.
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
    ensure!(succeeds(&mut rustup)?, "rustup could not get it (above is why)");
    let fetched = files(&home.join("toolchains"))?;
    Ok(fetched.into_iter().next().context("rustup fetched nothing")?.into_os_string())
}

/// Runs the tests of that name; they write what they see into the folder `seen`.
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

/// Prints what the files in `seen` have otherwise than the records; with `bless`, they become
/// the records.
fn compare(records: &Path, seen: &Path, bless: bool) -> Result<bool> {
    let mut good = true;
    for file in files(seen)? {
        let name = file.file_name().context("a file")?;
        let record = records.join(name);
        let (now, before) = (lines(&file)?, lines(&record).unwrap_or_default());
        let title = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if before.is_empty() {
            println!("{title}: no record; {} builds were proved", now.len());
        } else if now == before {
            println!("{title}: as it was, {} builds", now.len());
        } else {
            good = false;
            println!("{title}: changed");
            before.difference(&now).for_each(|line| println!("-{line}"));
            now.difference(&before).for_each(|line| println!("+{line}"));
        }
        if bless {
            fs::copy(&file, &record)?;
        }
    }
    Ok(good)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    // Where no test came to its end, nothing was seen.
    let Ok(entries) = folder.read_dir() else { return Ok(Vec::new()) };
    let files: Result<Vec<PathBuf>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut files = files.map_err(|error: std::io::Error| error)?;
    files.sort();
    Ok(files)
}

fn lines(file: &Path) -> Result<BTreeSet<String>> {
    Ok(fs::read_to_string(file)?.lines().map(str::to_owned).collect())
}
