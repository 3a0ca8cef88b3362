//! Go: a module with `go:wasmexport` functions in, a c-shared wasip1 module out.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use polyreactor_convention::Tool;

use super::{Compiled, explained};
use crate::find::Guest;
use crate::toolchain::GO;

mod help;

pub(super) fn compile(guest: &Guest, scratch: &Path) -> Result<Compiled> {
    let go = GO.find(None)?;
    let folder = scratch.join("go").join(&guest.name);
    super::empty_folder(&folder)?;
    let path = folder.join("plugin.wasm");
    let mut command = Command::new(&go.path);
    command
        .current_dir(&guest.folder)
        .args(["build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-o"])
        .arg(&path)
        .arg(".")
        .envs([("GOOS", "wasip1"), ("GOARCH", "wasm"), ("CGO_ENABLED", "0")])
        // A go.mod may name the toolchain that it wants; Go fetches that one by itself.
        .envs([("GOTOOLCHAIN", "auto"), ("GOWORK", "off"), ("GOFLAGS", "")]);
    for name in ["GOROOT", "GOWASM", "GOEXPERIMENT", "GO111MODULE", "GODEBUG"] {
        command.env_remove(name);
    }
    explained::run(&mut command, help::answer)?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    // The compiler that go.mod asked for may be another one than the program that was run.
    let compiler = polyreactor_convention::inspect(&bytes).ok().and_then(|found| found.compiler);
    let compiler = compiler
        .map(|tool| tool.version.trim_start_matches("go").to_owned())
        .unwrap_or_else(|| go.version.to_string());
    Ok(Compiled { bytes, compiler: Tool { name: "go".to_owned(), version: compiler } })
}
