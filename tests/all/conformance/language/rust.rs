//! Rust: compiles a file of `rust/` into a cdylib, linked as cargo makes rustc link one.
//!
//! Cargo builds the dependencies of all guests once. The guests are compiled by rustc, so that each
//! can be linked in several ways. `POLYREACTOR_RUST` selects another toolchain than the
//! repository's, by its rustup name or its folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};
use cargo_metadata::{Artifact, CrateType, Message};
use polyreactor_build::toolchain::rust::{self, TARGET};
use polyreactor_tests::repository;

use super::{Language, run, scratch};

pub(super) const RUST: Language = Language { name: "rust", extensions: &["rs"], version, compile };

/// The crates that guests may use, and a part of the package id that identifies each.
const CRATES: [(&str, &str); 4] = [
    ("ctor", "#ctor@"),
    ("inventory", "#inventory@"),
    ("wit_bindgen", "#wit-bindgen@0.63"),
    ("wit_bindgen_0_41", "#wit-bindgen@0.41"),
];

fn version() -> Result<String> {
    static VERSION: OnceLock<Result<String, String>> = OnceLock::new();
    let version = VERSION.get_or_init(|| {
        let printed = run(command("rustc").arg("--version"));
        let printed = printed.map_err(|error| format!("{error:#}"))?;
        Ok(String::from_utf8_lossy(&printed).trim().trim_start_matches("rustc ").to_owned())
    });
    version.clone().map_err(|error| anyhow!(error))
}

fn compile(source: &Path, flags: &[String], module: &Path) -> Result<()> {
    let start_file = self_contained("crt1-reactor.o")?;
    let flags = flags.iter().map(|flag| flag.replace("CRT1_REACTOR", &start_file));
    let mut rustc = command("rustc");
    rustc
        .args(["--edition=2024", "--crate-type=cdylib", "--target", TARGET])
        .args(["-Copt-level=3", "-Cpanic=abort", "-Cstrip=debuginfo"])
        .args(dependencies()?)
        .args(flags)
        .arg(source)
        .arg("-o")
        .arg(module);
    run(&mut rustc).map(drop)
}

/// The path of a file of Rust's own wasi-libc: `libc.a`, or `crt1-reactor.o`, which rustc links
/// into WASI cdylibs from 1.100 on.
pub(super) fn self_contained(file: &str) -> Result<String> {
    let libraries = run(command("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    let libraries = PathBuf::from(String::from_utf8_lossy(&libraries).trim());
    Ok(libraries.join("self-contained").join(file).display().to_string())
}

/// The flags by which rustc finds the dependencies of guests.
fn dependencies() -> Result<Vec<String>> {
    static BUILT: OnceLock<Result<Vec<String>, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build_dependencies().map_err(|error| format!("{error:#}")));
    built.clone().map_err(|error| anyhow!(error))
}

fn build_dependencies() -> Result<Vec<String>> {
    let toolchain = version()?.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "-");
    let target = scratch()?.join(format!("rust-{toolchain}"));
    let mut cargo = command("cargo");
    cargo
        .args(["build", "--release", "--locked", "--lib", "--quiet", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics", "--target-dir"])
        .arg(&target);
    let messages = run(&mut cargo)?;
    let artifacts = Message::parse_stream(&messages[..]).filter_map(|message| match message {
        Ok(Message::CompilerArtifact(artifact)) => Some(artifact),
        _ => None,
    });
    let artifacts: Vec<_> = artifacts.collect();
    // Every folder with an artifact, because cargo's layout differs between versions.
    let files = artifacts.iter().flat_map(|built| &built.filenames);
    let folders: BTreeSet<_> = files.filter_map(|file| file.parent()).collect();
    let mut flags: Vec<_> = folders.iter().map(|found| format!("-Ldependency={found}")).collect();
    let is_library = |built: &&Artifact| built.target.crate_types.contains(&CrateType::Lib);
    let libraries: Vec<_> = artifacts.iter().filter(is_library).collect();
    for (name, package) in CRATES {
        let library = libraries.iter().find(|built| built.package_id.repr.contains(package));
        let library = library.with_context(|| format!("cargo built no {name}"))?;
        let is_library =
            |file: &&cargo_metadata::camino::Utf8PathBuf| file.extension() == Some("rlib");
        let file = library.filenames.iter().find(is_library).context("a library")?;
        flags.extend(["--extern".to_owned(), format!("{name}={file}")]);
    }
    Ok(flags)
}

fn command(program: &str) -> Command {
    let folder = repository().join("tests/conformance/rust");
    let mut command = rust::command(program, &folder);
    if let Some(toolchain) = std::env::var_os("POLYREACTOR_RUST").filter(|name| !name.is_empty()) {
        command.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    // The macros of wit-bindgen look for files relative to this folder.
    command.env("CARGO_MANIFEST_DIR", folder);
    command
}
