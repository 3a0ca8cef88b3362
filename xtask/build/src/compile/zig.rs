//! Zig: runs a `build.zig`, and takes the module that it installs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use polyreactor_convention::{Language, Tool, exported_functions};
use semver::Version;

use super::{Build, Compiled, reserved, runtime};
use crate::plugin::{Key, Kind};
use crate::project::Guest;
use crate::toolchain::{Found, ZIG};

mod commands;
mod help;
mod inputs;
mod installed;
mod run;
mod safety;
mod start;

use commands::Command;
use run::Zig;

const KEYS: [Key; 2] = [
    Key { name: "version", kind: Kind::Text(fault_of_version), form: "version = \"0.15.2\"" },
    Key {
        name: "options",
        kind: Kind::List(fault_of_option),
        form: "options = [\"-DNAME=VALUE\"]",
    },
];

/// The symbols that `lib/compiler_rt.zig` of Zig 0.14 to 0.17 defines for wasm32-wasi, such as
/// `fmod` and `memcpy`; one a line.
const COMPILER_RT: &str = include_str!("zig/compiler_rt.txt");

/// The adapter for Zig.
pub(super) struct Adapter;

impl super::Adapter for Adapter {
    fn language(&self) -> Language {
        Language::Zig
    }

    fn folder(&self) -> &'static str {
        "zig"
    }

    fn marker(&self) -> &'static str {
        "build.zig"
    }

    fn keys(&self) -> &'static [Key] {
        &KEYS
    }

    fn variable(&self) -> Option<&'static str> {
        Some(ZIG.variable)
    }

    fn look(&self, _: &Path) -> Found {
        Found::of(&ZIG)
    }

    fn compile(&self, build: &Build<'_>) -> Result<Compiled> {
        compile(build)
    }

    fn inputs(&self, guest: &Guest) -> Result<BTreeSet<PathBuf>> {
        inputs::inputs(guest)
    }

    fn why_not_exported(&self, guest: &Guest) -> Option<String> {
        help::options(guest)
    }
}

fn compile(build: &Build<'_>) -> Result<Compiled> {
    let Build { guest, scratch, .. } = build;
    let zig = ZIG.find(guest.toolchain.as_ref())?;
    let folder = scratch.join("zig").join(&guest.name);
    let mut run = Zig::new(guest, &zig.path, &folder);
    let mut messages = run.build(None)?;
    let mut module = installed::only_module(&run.installed, &guest.name)?;
    let commands = commands::of(&messages, &module);
    let mut notes =
        safety::notes(guest, &zig.version, &commands, &commands::linked(&messages, &commands));
    let mut bytes = read(&module)?;
    let mut plain = None;
    if commands.iter().any(|command| command.may_have_main(&guest.folder)) {
        if commands.iter().any(Command::links_libc) {
            notes.extend(main_with_libc(&bytes)?);
        } else {
            match start::library(&zig) {
                Ok(library) => {
                    messages += &run.build(Some(&library))?;
                    module = installed::only_module(&run.installed, &guest.name)?;
                    plain = Some(std::mem::replace(&mut bytes, read(&module)?));
                }
                Err(error) => notes.push(format!("{MAIN_UNKNOWN}: {error:#}")),
            }
        }
    }
    reserved::refuse(&bytes, Language::Zig, commands.iter().any(Command::is_reactor))?;
    let runtime = COMPILER_RT.lines().map(str::to_owned).collect();
    let refuse = |names| runtime::refuse(names, &runtime, "Zig's compiler-rt", OWN_SYMBOL);
    if let Err(error) = refuse(mismatched(&messages)) {
        // The linker prints the warning only when it links: without the cache, the next build links
        // again, and fails again.
        run.forget()?;
        return Err(error);
    }
    refuse(exported_functions(&bytes)?)?;
    let compiler = Tool { name: "zig".to_owned(), version: zig.version.to_string() };
    Ok(Compiled { bytes, plain, compiler, notes, ignored: run::ignored() })
}

fn read(module: &Path) -> Result<Vec<u8>> {
    fs::read(module).with_context(|| module.display().to_string())
}

/// The remedy for a clash of symbols: how to export a function with a symbol that no library has.
const OWN_SYMBOL: &str = "`exportAll` of Polyreactor's package for Zig, with `pub fn` in place of \
                          `export fn`, exports a function under any name";

/// A note if the module has a `main` and is linked with libc, whose `_initialize` does not call it.
fn main_with_libc(module: &[u8]) -> Result<Option<String>> {
    let exports = exported_functions(module)?;
    let is_there = exports.iter().any(|name| matches!(&**name, "main" | "__main_argc_argv"));
    Ok(is_there.then(|| {
        "note[B015]: `main` never runs: libc is linked, and libc's `_initialize` does not call \
         it\n  help: remove `main`, and point an entry of `.init_array` to a function that does \
         its work"
            .to_owned()
    }))
}

const MAIN_UNKNOWN: &str = "\
note[B015]: the guest may have a `main`; if it fails, no host can see that, because Zig's start \
code drops the result, and `build-guests` could not replace the start code";

/// The functions that are called with another signature than they are defined with. The linker
/// warns, and may drop an `export fn` that has the name of a function of the runtime library.
fn mismatched(messages: &str) -> Vec<String> {
    let warned = messages.lines().filter_map(|line| {
        let (_, name) = line.split_once("warning: function signature mismatch: ")?;
        Some(name.trim().to_owned())
    });
    warned.collect()
}

/// Why a string is not a version.
fn fault_of_version(text: &str) -> Option<String> {
    let why = Version::parse(text).err()?;
    Some(format!("is not a version: {why}; give all three numbers"))
}

/// Why a string is not an option for build.zig.
fn fault_of_option(text: &str) -> Option<String> {
    let name = text.strip_prefix("-D").map(|rest| rest.split('=').next().unwrap_or_default());
    let good = name.is_some_and(|name| !name.is_empty()) && !text.contains(char::is_control);
    (!good).then(|| "is not of the form `-DNAME` or `-DNAME=VALUE`".to_owned())
}
