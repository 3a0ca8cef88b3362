//! Zig's standard library with a start code that exits if `main` fails (B015).
//!
//! If a reactor has a `main`, Zig's start code calls `main` in `_initialize`, and drops its result:
//! an error, or a status other than 0. No later stage can repair that, as the compiled module does
//! not contain the result. So such a guest is compiled a second time, with one line of
//! `std/start.zig` changed:
//!
//! ```zig
//! .reactor => _ = @call(.always_inline, callMain, .{}),                      // before
//! .reactor => { const status: u8 = @call(.always_inline, callMain, .{});     // after
//!     if (status != 0) std.os.wasi.proc_exit(status); },
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::output::sha256;
use crate::toolchain::{self, Tool};

/// The folder of the changed library, in the user's cache: links to the files of Zig's own library,
/// and the changed start code.
///
/// # Errors
///
/// The start code is not that of Zig 0.14 to 0.17, links cannot be created, or the cache cannot be
/// written.
pub(super) fn library(zig: &Tool) -> Result<PathBuf> {
    let own = own_library(&zig.path)?;
    let start = own.join("std/start.zig");
    let text = fs::read_to_string(&start).with_context(|| start.display().to_string())?;
    let Some(changed) = changed(&text) else {
        bail!(
            "{}: `build-guests` knows the start code of Zig 0.14 to 0.17, which this is not",
            start.display()
        );
    };
    let hash = sha256(format!("{}\n{changed}", own.display()).as_bytes());
    let cache = toolchain::cache()?;
    let folder = cache.join(format!("zig-start-{}-{}", zig.version, &hash[..16]));
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&cache)
        .with_context(|| format!("cannot write to {}; set POLYREACTOR_CACHE", cache.display()))?;
    let _lock = toolchain::lock(&folder.with_extension("lock"), "Zig's start code")?;
    if !folder.is_dir() {
        let beside = tempfile::tempdir_in(&cache)?;
        let library = beside.path().join("lib");
        links(&own, &library, "std")?;
        links(&own.join("std"), &library.join("std"), "start.zig")?;
        fs::write(library.join("std/start.zig"), changed)?;
        fs::rename(&library, &folder)
            .with_context(|| format!("cannot rename to {}", folder.display()))?;
    }
    Ok(folder)
}

/// The start code with the changed line; `None` if the line is not found exactly once.
fn changed(text: &str) -> Option<String> {
    let (before, rest) = text.split_once(".reactor => _ = @call(.always_inline, callMain, ")?;
    let (arguments, after) = rest.split_once("),\n")?;
    let is_one_line = !arguments.contains('\n') && !after.contains(".reactor => _ = @call(");
    is_one_line.then(|| {
        format!(
            "{before}.reactor => {{ const status: u8 = @call(.always_inline, callMain, \
             {arguments}); if (status != 0) std.os.wasi.proc_exit(status); }},\n{after}"
        )
    })
}

/// The folder of Zig's own library, from `zig env`. Zig 0.14 prints JSON, later versions print ZON;
/// both quote strings in the same way.
fn own_library(zig: &Path) -> Result<PathBuf> {
    let mut command = Command::new(zig);
    command.arg("env").env_remove("ZIG_LIB_DIR");
    let output = command.output().with_context(|| format!("cannot run {}", zig.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let quoted = text.split_once("lib_dir").and_then(|(_, rest)| {
        let rest = &rest[rest.find([':', '='])? + 1..];
        let rest = rest.trim_start().strip_prefix('"')?;
        let mut escaped = false;
        let end = rest.find(|c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })?;
        serde_json::from_str::<String>(&format!("\"{}\"", &rest[..end])).ok()
    });
    quoted.map(PathBuf::from).with_context(|| format!("`zig env` prints no lib_dir: {text}"))
}

/// Creates the folder `to` with links to all entries of `from` except `but`.
fn links(from: &Path, to: &Path, but: &str) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir().with_context(|| from.display().to_string())? {
        let entry = entry?;
        if entry.file_name() != but {
            let link = to.join(entry.file_name());
            link_to(&entry.path(), &link)
                .with_context(|| format!("cannot create the link {}", link.display()))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link_to(original: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

#[cfg(windows)]
fn link_to(original: &Path, link: &Path) -> std::io::Result<()> {
    match original.is_dir() {
        true => std::os::windows::fs::symlink_dir(original, link),
        false => std::os::windows::fs::symlink_file(original, link),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_the_start_code_is_changed() {
        for arguments in [".{}", ".{ {}, std.process.Environ.Block.global }"] {
            let line = |middle: &str| {
                format!("    switch (x) {{\n        .reactor => {middle}\n        .command => y,\n")
            };
            let call = format!("@call(.always_inline, callMain, {arguments})");
            let after = format!(
                "{{ const status: u8 = {call}; if (status != 0) std.os.wasi.proc_exit(status); }},"
            );
            assert_eq!(changed(&line(&format!("_ = {call},"))), Some(line(&after)));
        }
        assert_eq!(changed("    .reactor => callMain(),\n"), None);
    }
}
