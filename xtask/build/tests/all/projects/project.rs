//! Helper: a project in a temporary folder, and functions that build its plugins.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use polyreactor_build::{BuildOutcome, Options, Selection, build_guests, find};
use polyreactor_convention::inspect;
use tempfile::TempDir;

/// The Cargo.toml of a project in which every folder with a `plugin.toml` is a plugin.
pub(crate) const ROOT: &str =
    "[workspace]\nmembers = []\n[workspace.metadata.polyreactor]\nplugins = [\"*\"]\n";

pub(crate) const GO_MOD: &str = "module example.test/plugin\n\ngo 1.24\n";

/// A build.zig for a reactor with the root file `main.zig`.
pub(crate) const BUILD_ZIG: &str = r#"const std = @import("std");

pub fn build(b: *std.Build) void {
    const p = b.addExecutable(.{
        .name = "p",
        .root_module = b.createModule(.{
            .root_source_file = b.path("main.zig"),
            .target = b.resolveTargetQuery(.{ .cpu_arch = .wasm32, .os_tag = .wasi }),
            .optimize = b.standardOptimizeOption(.{}),
        }),
    });
    p.wasi_exec_model = .reactor;
    p.entry = .disabled;
    p.rdynamic = true;
    b.installArtifact(p);
}
"#;

/// A project in a temporary folder, which is removed on drop.
pub(crate) struct Project {
    pub(crate) folder: TempDir,
    /// The root folder of the project, in `folder`.
    root: PathBuf,
}

impl Project {
    /// A project with these files: paths and texts.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Project::inside("", files)
    }

    /// Likewise, with its root at `path` in the temporary folder.
    pub(crate) fn inside(path: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("a project ").tempdir();
        let folder = folder.expect("a folder can be made");
        let root = folder.path().join(path);
        let project = Project { folder, root };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// A project with one plugin `p`, which has these files and the plugin.toml `description`.
    pub(crate) fn of_plugin(description: &str, files: &[(&str, &str)]) -> Self {
        let project = Project::new(&[("Cargo.toml", ROOT), ("p/plugin.toml", description)]);
        for (path, text) in files {
            project.write(&format!("p/{path}"), text);
        }
        project
    }

    pub(crate) fn path(&self) -> &Path {
        &self.root
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    /// Builds the plugins with these names; without names, all.
    pub(crate) fn build(&self, names: &[&str]) -> BuildOutcome {
        let found = find(self.path()).unwrap_or_else(|error| panic!("{error:#}"));
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let selection = Selection { names, ..Selection::default() };
        build_guests(&found, &selection, Options::default())
            .unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// Likewise; panics if a plugin fails.
    pub(crate) fn built(&self, names: &[&str]) -> BuildOutcome {
        let outcome = self.build(names);
        let failed: Vec<_> = outcome.failed.iter().map(|(_, why)| format!("{why:#}")).collect();
        assert!(failed.is_empty(), "{}", failed.join("\n"));
        outcome
    }

    /// Builds all plugins, and returns the notes on them.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.built(&[]).notes.into_iter().map(|(_, note)| note).collect()
    }

    /// Builds the plugin of that name, and returns its error. Panics if it can be built.
    pub(crate) fn failure(&self, name: &str) -> String {
        let outcome = self.build(&[name]);
        let [(_, error)] = &outcome.failed[..] else { panic!("{name} was built: {outcome:?}") };
        format!("{error:#}")
    }

    /// The error of `find`. Panics if there is none.
    pub(crate) fn fault(&self) -> String {
        match find(self.path()) {
            Ok(found) => panic!("no fault was found: {found:?}"),
            Err(error) => format!("{error:#}"),
        }
    }

    /// A `cargo polyreactor build-guests` command with these variables in its environment.
    pub(crate) fn command(&self, environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-polyreactor"));
        command.arg("build-guests").current_dir(self.path()).env_remove("CARGO_TARGET_DIR");
        command.envs(environment.iter().copied());
        command
    }

    /// Runs [`Project::command`], and returns its stderr. Panics if it fails.
    pub(crate) fn run(&self, environment: &[(&str, &str)]) -> String {
        let Output { status, stderr, .. } =
            self.command(environment).output().expect("the program can be run");
        let messages = String::from_utf8_lossy(&stderr).into_owned();
        assert!(status.success(), "{messages}");
        messages
    }

    pub(crate) fn artifact(&self, guest: &str) -> PathBuf {
        self.path().join("target/guests").join(format!("{guest}.wasm"))
    }

    pub(crate) fn bytes(&self, guest: &str) -> Vec<u8> {
        let path = self.artifact(guest);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The functions that a guest exports, without `_initialize`.
    pub(crate) fn exports(&self, guest: &str) -> Vec<String> {
        let inspection = inspect(&self.bytes(guest)).expect("the module is valid");
        let functions = inspection.exports.into_iter().filter(|export| export.function.is_some());
        functions.map(|export| export.name).filter(|name| name != "_initialize").collect()
    }

    /// The names of a guest's imports.
    pub(crate) fn imports(&self, guest: &str) -> Vec<String> {
        let inspection = inspect(&self.bytes(guest)).expect("the module is valid");
        inspection.imports.into_iter().map(|import| import.name).collect()
    }
}

/// Whether the bytes contain the text.
pub(crate) fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Asserts that the text contains all the parts.
pub(crate) fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
}

/// The Cargo.toml of a package whose library is a plugin. `more` is appended to the table `[lib]`.
pub(crate) fn package(name: &str, version: &str, more: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n\n\
         [lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n{more}\n"
    )
}

/// Rust code that exports a function with that name.
pub(crate) fn exporting(function: &str) -> String {
    format!("#[unsafe(no_mangle)]\npub extern \"C\" fn {function}() -> i32 {{\n    7\n}}\n")
}

/// A Go program that exports a function with that name, and has this `main`.
pub(crate) fn go_program(function: &str, main: &str) -> String {
    format!(
        "package main\n\nvar n int32\n\n//go:wasmexport {function}\nfunc {function}() int32 {{ return \
         n }}\n\n{main}\n"
    )
}
