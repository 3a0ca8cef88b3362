//! C and C++: compiles a file of `c/` with Zig's clang and Rust's wasi-libc.

use std::path::Path;

use anyhow::Result;

use super::{Language, run, rust, zig};

pub(super) const C: Language = Language { name: "c", extensions: &["c", "cc"], version, compile };

/// The version of Zig, whose releases bring new versions of clang.
fn version() -> Result<String> {
    zig::version()
}

fn compile(source: &Path, flags: &[String], module: &Path) -> Result<()> {
    // Rust's libc and start file, because Zig always links a start file with its own libc.
    let (libc, start) = (rust::self_contained("libc.a")?, rust::self_contained("crt1-reactor.o")?);
    let flags = flags.iter().map(|f| f.replace("LIBC", &libc).replace("CRT1_REACTOR", &start));
    let mut clang = zig::program()?;
    clang
        // Not `zig c++`, which would build all of libc++.
        .args(["cc", "-target", "wasm32-wasi", "-O2", "-fno-exceptions"])
        .args(flags)
        .arg(source)
        .arg("-o")
        .arg(module);
    run(&mut clang).map(drop)
}
