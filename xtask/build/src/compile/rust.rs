//! Rust: a cargo package in, its cdylib out, the same bytes in any folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use cargo_metadata::{CrateType, Message};
use polyreactor_convention::Tool;

use super::{Compiled, Options};
use crate::find::{Guest, rust_package};
use crate::toolchain::rust::{Rustc, TARGET, command, ready};

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
    let output =
        cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo failed ({}); its messages are above", output.status);
    }
    let path = artifact(&output.stdout, &package.id)
        .with_context(|| format!("cargo built no .wasm file of {}", package.name))?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    let compiler = Tool { name: "rustc".to_owned(), version: rustc.version.to_string() };
    Ok(Compiled { bytes, compiler })
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
