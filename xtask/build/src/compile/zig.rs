//! Zig: a folder with a `build.zig` in, the one module that it installs out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use polyreactor_convention::{Tool, exported_functions};

use super::{Compiled, explained, runtime};
use crate::find::Guest;
use crate::toolchain::ZIG;

/// What `lib/compiler_rt.zig` of Zig 0.14 to 0.17 defines for wasm32-wasi, `fmod` and `memcpy`
/// among it.
const COMPILER_RT: &str = include_str!("zig/compiler_rt.txt");

pub(super) fn compile(guest: &Guest, scratch: &Path) -> Result<Compiled> {
    let zig = ZIG.find(guest.toolchain.as_ref())?;
    let folder = scratch.join("zig").join(&guest.name);
    let installed = folder.join("installed");
    let cache = folder.join("cache");
    super::empty_folder(&installed)?;
    let mut command = Command::new(&zig.path);
    command
        .current_dir(&guest.folder)
        // ReleaseSafe: a panic prints its message and traps, as in the other languages (B004).
        .args(["build", "-Doptimize=ReleaseSafe", "--prefix"])
        .arg(&installed)
        // The option of that name is gone in Zig 0.17; the variable works in all.
        .env("ZIG_LOCAL_CACHE_DIR", &cache);
    let said = explained::run(&mut command, answer)?;
    let path = only_module(&installed.join("bin"), &guest.name)?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    let runtime = COMPILER_RT.lines().map(str::to_owned).collect();
    let refuse = |names| runtime::refuse(names, &runtime, "Zig's compiler-rt", REMEDY);
    if let Err(error) = refuse(taken_for_another(&said.messages)) {
        // Zig tells it once, and would be content with what it has linked.
        super::empty_folder(&cache)?;
        return Err(error);
    }
    refuse(exported_functions(&bytes)?)?;
    let compiler = Tool { name: "zig".to_owned(), version: zig.version.to_string() };
    Ok(Compiled { bytes, compiler })
}

/// How a function gets a symbol that is nobody else's.
const REMEDY: &str = "`exportAll` of Polyreactor's package for Zig exports a `pub fn`, which takes \
                      the place of `export fn`, under any name";

/// What helps where the settings of a reactor were forgotten: there is no `main` to be found.
fn answer(line: &str) -> Option<String> {
    let forgotten =
        line.contains("entry symbol not defined") || line.contains("has no member named 'main'");
    forgotten.then(|| {
        "a reactor has no `main`: set `wasi_exec_model = .reactor`, `entry = .disabled` and \
         `rdynamic = true` in build.zig, or build it with `polyreactor.addPlugin` of \
         Polyreactor's package for Zig"
            .to_owned()
    })
}

/// The functions whose parameters are others than where they are called. The linker warns, and
/// may leave an `export fn` out that has the name of a function of the runtime's.
fn taken_for_another(messages: &str) -> Vec<String> {
    let warned = messages.lines().filter_map(|line| {
        let (_, name) = line.split_once("warning: function signature mismatch: ")?;
        Some(name.trim().to_owned())
    });
    warned.collect()
}

/// The module that was installed: the plugin's own name where there are several.
fn only_module(folder: &Path, name: &str) -> Result<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
    let is_wasm = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "wasm");
    let mut modules: Vec<_> = entries.filter(is_wasm).collect();
    let named = modules.iter().position(|path| path.file_stem().is_some_and(|stem| stem == name));
    match (modules.len(), named) {
        (1, _) => Ok(modules.remove(0)),
        (_, Some(position)) => Ok(modules.remove(position)),
        (0, None) => bail!(
            "build.zig installs no .wasm file: build an executable for wasm32-wasi, with \
             `wasi_exec_model = .reactor`, and `b.installArtifact` it"
        ),
        (count, None) => bail!("build.zig installs {count} modules; call one of them `{name}`"),
    }
}
