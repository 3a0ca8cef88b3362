//! Zig: compiles a file of `zig/` with `zig build-exe` into a reactor.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use polyreactor_tests::zig;

use super::{Language, run, scratch};

pub(super) const ZIG: Language = Language { name: "zig", extensions: &["zig"], version, compile };

pub(super) fn version() -> Result<String> {
    Ok(String::from_utf8_lossy(&run(zig()?.arg("version"))?).trim().to_owned())
}

fn compile(source: &Path, flags: &[String], module: &Path) -> Result<()> {
    let mut zig = program()?;
    zig.args(["build-exe", "-target", "wasm32-wasi", "-mexec-model=reactor"])
        .args(["-fno-entry", "-rdynamic", "--name", "guest"])
        .arg(format!("-femit-bin={}", module.display()))
        .args(flags)
        .arg(source);
    run(&mut zig).map(drop)
}

/// The command `zig`, with a local cache in the folder of these tests.
pub(super) fn program() -> Result<Command> {
    let mut zig = zig()?;
    zig.env("ZIG_LOCAL_CACHE_DIR", scratch()?.join("zig-cache"));
    Ok(zig)
}
