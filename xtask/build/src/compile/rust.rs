//! Rust: a cargo package becomes its cdylib, the same bytes in any folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use cargo_metadata::{CrateType, Message, Metadata, PackageId};
use polyreactor_convention::{Language, Tool, exported_functions, prints_without_flushing};

use super::{Build, Compiled, explained, runtime};
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

/// Rust's part in the pipeline.
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
                        true => "nothing: the target is added when it is needed".to_owned(),
                        false => format!("install the standard library of {TARGET}"),
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
        // All there are: cargo then asks no file of the user's.
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        // Whatever the author's profile says: patching wants the names, and shipping does
        // not want the debug information (the pipeline takes out what is not asked for).
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
            "note: the package takes {} from outside of its workspace, so the module's bytes depend \
             on the folder that it is built in: {error:#}",
            names.join(", ")
        ));
    }
    // Its messages go through a pipe, which cargo would take for somebody without a screen.
    if std::io::stderr().is_terminal() && std::env::var_os("CARGO_TERM_COLOR").is_none() {
        cargo.env("CARGO_TERM_COLOR", "always");
    }
    let help = |said: &str| help::answers(said, guest, &package);
    let said = explained::run(cargo.stdout(Stdio::piped()))?.explained(&help)?;
    writers.write()?;
    let path = artifact(&said.printed, &package.id, &target.name)
        .with_context(|| format!("cargo built no .wasm file of {}", package.name))?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    let runtime = libc::runtime_of(&rustc.libraries)?;
    runtime::refuse(
        exported_functions(&bytes)?,
        &runtime,
        "libc or compiler-rt",
        help::OWN_SYMBOL,
    )?;
    // Before stripping: the names are the evidence.
    if prints_without_flushing(&bytes)? {
        notes.push(UNFLUSHED.to_owned());
    }
    let compiler = Tool { name: "rustc".to_owned(), version: rustc.version.to_string() };
    Ok(Compiled { bytes, by_itself: None, compiler, notes, ignored })
}

const UNFLUSHED: &str = "\
note[B012]: it prints to standard output and never flushes that; what no newline ends does not \
reach the host
  help: use `polyreactor-guest` with its feature `stdout`, on by default, which flushes after each \
export; or call `std::io::stdout().flush()`";

/// The variable that gives a setting of a profile another value.
fn variable(profile: &str, setting: &str) -> String {
    format!("CARGO_PROFILE_{profile}_{setting}").replace('-', "_").to_uppercase()
}

/// The module of the package's target, where cargo says that it built one. Files that only lie in
/// its folder do not count.
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
