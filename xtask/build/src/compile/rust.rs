//! Rust: compiles the cdylib of a cargo package. The bytes do not depend on the folder of the
//! project.

use std::collections::BTreeSet;
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use cargo_metadata::{CrateType, Message, Metadata, PackageId};
use polyreactor_convention::{Language, Tool, exported_functions, prints_without_flushing};

use super::{Build, Compiled, explained, reserved, runtime};
use crate::plugin::{Key, Kind, Settings};
use crate::project::Guest;
use crate::toolchain::rust::{TARGET, command, look, ready};
use crate::toolchain::{Found, on_path};

mod config;
mod help;
mod ids;
mod ignored;
mod inputs;
mod libc;
mod local;
mod package;
mod remapped;
mod target_folder;
mod user;

use config::Config;
use package::Workspace;
use target_folder::Writers;
use user::KeptOut;

const KEYS: [Key; 5] = [
    Key { name: "package", kind: Kind::Text(package::fault_of_name), form: "package = \"NAME\"" },
    Key { name: "example", kind: Kind::Text(package::fault_of_name), form: "example = \"NAME\"" },
    Key {
        name: "features",
        kind: Kind::List(package::fault_of_feature),
        form: "features = [\"NAME\"]",
    },
    Key { name: "default-features", kind: Kind::Bool, form: "default-features = false" },
    Key { name: "profile", kind: Kind::Text(package::fault_of_name), form: "profile = \"NAME\"" },
];

/// The adapter for Rust.
pub(super) struct Adapter;

impl super::Adapter for Adapter {
    fn language(&self) -> Language {
        Language::Rust
    }

    fn folder(&self) -> &'static str {
        "rust"
    }

    fn marker(&self) -> &'static str {
        "Cargo.toml"
    }

    fn keys(&self) -> &'static [Key] {
        &KEYS
    }

    fn elsewhere(&self, settings: &Settings, project: &Metadata) -> Result<Option<PathBuf>> {
        settings.text("package").map(|name| package::folder(project, name)).transpose()
    }

    fn variable(&self) -> Option<&'static str> {
        None
    }

    fn look(&self, folder: &Path) -> Found {
        let mut found = Found::missing("Rust");
        match look(folder) {
            Ok(rustc) => {
                found.version = Some(rustc.version.to_string());
                found.good = true;
                if !rustc.has_target() {
                    found.good = on_path("rustup").is_some();
                    let remedy = match found.good {
                        true => format!("nothing: a build has rustup add {TARGET}"),
                        false => format!("install the standard library for {TARGET}"),
                    };
                    found.remedy = Some(remedy);
                }
                found.path = Some(rustc.sysroot);
            }
            Err(error) => found.remedy = Some(format!("{error:#}")),
        }
        found
    }

    fn compile(&self, build: &Build<'_>) -> Result<Compiled> {
        compile(build)
    }

    fn inputs(&self, guest: &Guest) -> Result<BTreeSet<PathBuf>> {
        inputs::inputs(guest)
    }

    fn why_not_exported(&self, guest: &Guest) -> Option<String> {
        help::features_that_are_off(guest)
    }
}

fn compile(build: &Build<'_>) -> Result<Compiled> {
    let Build { project, guest, options, scratch } = build;
    let rustc = ready(&guest.folder)?;
    let Workspace { root, package, members } = package::of(guest)?;
    let target = package::target(guest, &package)?;
    let profile = guest.settings.text("profile").unwrap_or("release");
    let outside = local::outside(&root, &members, options.locked)?;
    let target_folder = target_folder::of(guest, &root, scratch);
    let writers = Writers::check(&target_folder, members.iter().chain(&outside))?;
    let remapped = remapped::folders(project, &root, &outside, &target_folder, &rustc);
    let config = Config::read(&guest.folder)?;
    let mut flags = config.rustflags(|| rustc.cfgs(&guest.folder))?;
    flags.extend(remapped.iter().map(|(from, to)| format!("--remap-path-prefix={from}={to}")));
    let kept_out = KeptOut::of(&config, &package::manifest(&root)?, profile);
    let mut ignored: Vec<_> =
        config.user.iter().flat_map(|(file, _)| kept_out.notes(file)).collect();
    ignored.extend(ignored::notes(project, &rustc));

    let mut cargo = command("cargo", &guest.folder);
    cargo
        .args(["build", "--profile", profile, "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"])
        .arg("--manifest-path")
        .arg(&package.manifest_path)
        .arg("--target-dir")
        .arg(&target_folder)
        .args(package::arguments(guest))
        .envs(kept_out.environment)
        // This variable replaces all other sources of flags, the user's configuration included.
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        // Overrides the author's profile: patching needs the names, and without `--debug` nothing
        // needs the debug information. The pipeline strips names later if `--strip` is given.
        .env(variable(profile, "STRIP"), if options.debug { "none" } else { "debuginfo" });
    if options.debug {
        cargo.env(variable(profile, "DEBUG"), "full");
    }
    if options.locked {
        cargo.arg("--locked");
    }
    let mut notes = Vec::new();
    if !outside.is_empty()
        && let Err(error) =
            ids::make_portable(&mut cargo, &rustc, &guest.folder, scratch, &remapped)
    {
        let names: Vec<_> = outside.iter().map(|package| package.name.as_str()).collect();
        notes.push(format!(
            "note: the bytes of the module depend on the folder of the build: the package depends on \
             {} from outside of its workspace, and their package ids cannot be replaced: {error:#}",
            names.join(", ")
        ));
    }
    // The messages go through a pipe, for which cargo turns colours off.
    if std::io::stderr().is_terminal() && std::env::var_os("CARGO_TERM_COLOR").is_none() {
        cargo.env("CARGO_TERM_COLOR", "always");
    }
    let help = |messages: &str| help::remedies(messages, guest, &package);
    let finished = explained::run(cargo.stdout(Stdio::piped()))?.explained(&help)?;
    writers.write()?;
    let path = artifact(&finished.stdout, &package.id, &target.name)
        .with_context(|| format!("cargo reports no .wasm file for package {}", package.name))?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    reserved::refuse(&bytes, Language::Rust, true)?;
    let runtime = libc::runtime_of(&rustc.libraries)?;
    runtime::refuse(
        exported_functions(&bytes)?,
        &runtime,
        "libc or compiler-rt",
        help::OWN_SYMBOL,
    )?;
    // Before the pipeline strips names, by which the check recognises functions of std.
    if prints_without_flushing(&bytes)? {
        notes.push(UNFLUSHED.to_owned());
    }
    let compiler = Tool { name: "rustc".to_owned(), version: rustc.version.to_string() };
    Ok(Compiled { bytes, plain: None, compiler, notes, ignored })
}

const UNFLUSHED: &str = "\
note[B012]: the guest prints to standard output and never flushes it; output after the last \
newline does not reach the host
  help: use `polyreactor-guest` with its feature `stdout` (on by default), which flushes after \
each export; or call `std::io::stdout().flush()`";

/// The environment variable that overrides a setting of a profile.
fn variable(profile: &str, setting: &str) -> String {
    format!("CARGO_PROFILE_{profile}_{setting}").replace('-', "_").to_uppercase()
}

/// The .wasm file of the package's target that cargo's messages name. Files that only lie in the
/// target folder may be those of an earlier build or of another package.
fn artifact(messages: &[u8], package: &PackageId, target: &str) -> Option<PathBuf> {
    Message::parse_stream(messages).flatten().find_map(|message| match message {
        Message::CompilerArtifact(artifact)
            if artifact.package_id == *package
                && artifact.target.name == target
                && artifact.target.crate_types.contains(&CrateType::CDyLib) =>
        {
            let mut files = artifact.filenames.into_iter().map(PathBuf::from);
            files.find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        }
        _ => None,
    })
}
