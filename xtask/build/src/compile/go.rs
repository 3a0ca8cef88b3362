//! Go: compiles a Go module with `go:wasmexport` functions for wasip1, with `-buildmode=c-shared`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use polyreactor_convention::{Language, Tool, go_main_does_something};

use super::{Build, Compiled, explained, reserved};
use crate::plugin::{Key, Kind, any};
use crate::project::Guest;
use crate::toolchain::{Found, GO};

mod command;
mod help;
mod inputs;
mod left_out;
mod types;

const KEYS: [Key; 4] = [
    Key { name: "package", kind: Kind::Text(fault_of_package), form: "package = \"./cmd/plugin\"" },
    Key { name: "tags", kind: Kind::List(fault_of_tag), form: "tags = [\"TAG\"]" },
    Key { name: "ldflags", kind: Kind::Text(any), form: "ldflags = \"-X main.version=1.2\"" },
    Key { name: "workspace", kind: Kind::Bool, form: "workspace = true" },
];

/// The adapter for Go.
pub(super) struct Adapter;

impl super::Adapter for Adapter {
    fn language(&self) -> Language {
        Language::Go
    }

    fn folder(&self) -> &'static str {
        "go"
    }

    fn marker(&self) -> &'static str {
        "go.mod"
    }

    fn keys(&self) -> &'static [Key] {
        &KEYS
    }

    fn variable(&self) -> Option<&'static str> {
        Some(GO.variable)
    }

    fn look(&self, _: &Path) -> Found {
        Found::of(&GO)
    }

    fn compile(&self, build: &Build<'_>) -> Result<Compiled> {
        compile(build)
    }

    fn inputs(&self, guest: &Guest) -> Result<BTreeSet<PathBuf>> {
        inputs::inputs(guest)
    }

    fn why_not_exported(&self, guest: &Guest) -> Option<String> {
        left_out::tagged_files(guest)
    }
}

fn compile(build: &Build<'_>) -> Result<Compiled> {
    let Build { guest, scratch, .. } = build;
    let go = GO.find(None)?;
    let folder = scratch.join("go").join(&guest.name);
    super::empty_folder(&folder)?;
    let path = folder.join("plugin.wasm");
    let settings = command::Settings::of(&go.path);
    let mut command = settings.command(guest)?;
    command.args(["build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-o"]).arg(&path);
    command.args(command::tags(guest));
    if let Some(flags) = guest.settings.text("ldflags") {
        command.arg(format!("-ldflags={flags}"));
    }
    command.arg(command::package(guest));
    let help = |messages: &str| help::remedies(messages, guest, &settings);
    explained::run(command.stdout(std::io::stderr()))?.explained(&help)?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    reserved::refuse(&bytes, Language::Go, true)?;
    let inspection = polyreactor_convention::inspect(&bytes);
    if let Err(error) = &inspection {
        // For a package other than `main`, go writes an archive and exits with status 0.
        let help = match bytes.starts_with(b"\0asm") {
            true => String::new(),
            false => help::main_packages(guest, &settings),
        };
        bail!("{}: {error}{help}", path.display());
    }
    // A go.mod may name a toolchain, to which the go command then switches: the module's
    // `producers` section names the compiler that was used.
    let compiler = inspection.ok().and_then(|found| found.compiler);
    let compiler = compiler
        .map(|tool| tool.version.trim_start_matches("go").to_owned())
        .unwrap_or_else(|| go.version.to_string());
    let note = match go_main_does_something(&bytes)? {
        Some(true) => Some(MAIN.to_owned()),
        Some(false) => None,
        None => Some(NAMELESS.to_owned()),
    };
    let compiler = Tool { name: "go".to_owned(), version: compiler };
    Ok(Compiled {
        bytes,
        plain: None,
        compiler,
        notes: note.into_iter().collect(),
        ignored: settings.notes(),
    })
}

const MAIN: &str = "\
note[B015]: `main` has a body, and Go never runs `main` in a reactor
  help: move the body to `func init()`, which runs inside `_initialize`, and leave `main` empty";

const NAMELESS: &str = "\
note[B015]: the functions have no names (`-s` in `ldflags`), so `build-guests` cannot see whether \
`main` has a body, which Go never runs in a reactor
  help: remove `-s`; `build-guests --strip` removes the names as well";

/// Why a string is not the path of a package in the plugin's Go module.
fn fault_of_package(text: &str) -> Option<String> {
    let inside = text == "." || text.strip_prefix("./").is_some_and(|rest| !rest.is_empty());
    let good = inside && !text.contains(['\\', '\0']) && !text.contains("..");
    (!good).then(|| "is not a package path in the folder of go.mod".to_owned())
}

/// Why a string is not a build tag.
fn fault_of_tag(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let good = !text.is_empty() && text.chars().all(fits);
    (!good).then(|| "is not a build tag".to_owned())
}
