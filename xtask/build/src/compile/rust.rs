//! Rust: a cargo package in, its cdylib out, the same bytes in any folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use cargo_metadata::{CrateType, Message};
use polyreactor_convention::{EXPORT_SYMBOL_PREFIX, Tool, exported_functions};

use super::{Compiled, Options, explained, runtime};
use crate::find::{Guest, rust_package};
use crate::toolchain::rust::{Rustc, TARGET, command, libraries, ready};

pub(super) fn compile(guest: &Guest, options: Options, scratch: &Path) -> Result<Compiled> {
    let rustc = ready(&guest.folder)?;
    let (package, root) = rust_package(&guest.folder)?;
    let mut cargo = command("cargo", &guest.folder);
    cargo
        .args(["build", "--release", "--lib", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"])
        .arg("--manifest-path")
        .arg(&package.manifest_path)
        .arg("--target-dir")
        .arg(scratch.join("rust"))
        .arg("--config")
        .arg(format!("build.rustflags = {}", toml_list(&remapped_paths(&root, &rustc))))
        // Whatever the author's profile says: patching wants the names, and shipping does
        // not want the debug information (the pipeline takes out what is not asked for).
        .env("CARGO_PROFILE_RELEASE_STRIP", if options.debug { "none" } else { "debuginfo" });
    if options.debug {
        cargo.env("CARGO_PROFILE_RELEASE_DEBUG", "full");
    }
    if options.locked {
        cargo.arg("--locked");
    }
    // Its messages go through a pipe, which cargo would take for somebody without a screen.
    if std::io::stderr().is_terminal() && std::env::var_os("CARGO_TERM_COLOR").is_none() {
        cargo.env("CARGO_TERM_COLOR", "always");
    }
    let said = explained::output(cargo.stdout(Stdio::piped()), answer)?;
    let path = artifact(&said.printed, &package.id)
        .with_context(|| format!("cargo built no .wasm file of {}", package.name))?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    let runtime = runtime_of(&libraries(&guest.folder)?)?;
    runtime::refuse(exported_functions(&bytes)?, &runtime, "libc or compiler-rt", REMEDY)?;
    let compiler = Tool { name: "rustc".to_owned(), version: rustc.version.to_string() };
    Ok(Compiled { bytes, compiler })
}

/// How a function gets a symbol that is nobody else's.
const REMEDY: &str = "`#[export]` of the crate `polyreactor-guest`, in place of `no_mangle` or \
                      `export_name`, exports a function under any name";

/// What helps where an export and a function of libc, which std needs, are both linked.
fn answer(line: &str) -> Option<String> {
    let (_, symbol) = line.split_once("error: duplicate symbol: ")?;
    let symbol = symbol.split(|c: char| c.is_whitespace() || c.is_control()).next()?;
    Some(match symbol.strip_prefix(EXPORT_SYMBOL_PREFIX) {
        Some(name) => format!(
            "two functions are exported as `{name}`, perhaps one by another crate: give one of \
             them another name, `#[export(name = \"…\")]`"
        ),
        None => format!(
            "an export's name is the linker's name for the function, and there is another \
             `{symbol}`, perhaps libc's: {REMEDY}; or give the export another name, in plugin.toml \
             too"
        ),
    })
}

/// What C's functions are called that std is linked with.
fn runtime_of(libraries: &Path) -> Result<BTreeSet<String>> {
    let libc = libraries.join("self-contained/libc.a");
    if !libc.exists() {
        // As systems install it that have a libc for WASI of their own.
        say!(
            "note: there is no {}, so nobody checks whether an export is called like a function \
             of libc, which it would replace; the Rust that rustup installs has it",
            libc.display()
        );
        return Ok(BTreeSet::new());
    }
    let mut names = runtime::defined_in(&libc)?;
    let entries = libraries.read_dir().with_context(|| libraries.display().to_string())?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("libcompiler_builtins-") && name.ends_with(".rlib") {
            names.extend(runtime::defined_in(&entry.path())?);
        }
    }
    // Exported on purpose, by the linker's `--export`, these are libc's own. They lie in one
    // member of it, which std needs: with one of them in the plugin the linker finds it twice.
    for name in ["malloc", "free", "calloc", "realloc"] {
        names.remove(name);
    }
    Ok(names)
}

/// What cargo says that it built, rather than what lies in its folder.
fn artifact(messages: &[u8], package: &cargo_metadata::PackageId) -> Option<PathBuf> {
    Message::parse_stream(messages).flatten().find_map(|message| match message {
        Message::CompilerArtifact(artifact)
            if artifact.package_id == *package
                && artifact.target.crate_types.contains(&CrateType::CDyLib) =>
        {
            let files = artifact.filenames.into_iter();
            files
                .map(|file| file.into_std_path_buf())
                .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        }
        _ => None,
    })
}

/// Flags that keep this machine's folders out of the module, where panic messages name files.
fn remapped_paths(root: &Path, rustc: &Rustc) -> Vec<String> {
    let mut folders = vec![(root.display().to_string(), ".".to_owned())];
    let cargo_home = std::env::var("CARGO_HOME").ok().filter(|home| !home.is_empty());
    let cargo_home = cargo_home.map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(dirs::home_dir()?.join(".cargo")));
    if let Some(home) = cargo_home {
        folders.push((home.display().to_string(), "/cargo".to_owned()));
    }
    // Where std's sources are installed, rustc names those instead of its own short form.
    if let Some(commit) = &rustc.commit {
        let sources = Path::new(&rustc.sysroot).join("lib/rustlib/src/rust");
        folders.push((sources.display().to_string(), format!("/rustc/{commit}")));
    }
    let flags = folders.into_iter().map(|(from, to)| format!("--remap-path-prefix={from}={to}"));
    flags.collect()
}

fn toml_list(words: &[String]) -> String {
    toml::Value::from(words.to_vec()).to_string()
}
