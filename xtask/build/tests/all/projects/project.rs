//! A project in a temporary folder, and what building its plugins comes to.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use polyreactor_build::{Options, Outcome, Selection, build_guests, find};
use polyreactor_convention::inspect;
use tempfile::TempDir;

/// A project of which every folder with a `plugin.toml` is a plugin.
pub(crate) const ROOT: &str =
    "[workspace]\nmembers = []\n[workspace.metadata.polyreactor]\nplugins = [\"*\"]\n";

pub(crate) const GO_MOD: &str = "module example.test/plugin\n\ngo 1.24\n";

/// A build.zig of a reactor whose root is `main.zig`.
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

/// A folder of its own, gone with this value.
pub(crate) struct Project {
    pub(crate) folder: TempDir,
    /// The project's root in it.
    root: PathBuf,
}

impl Project {
    /// A project of these files: paths and texts.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Project::inside("", files)
    }

    /// The same, so deep in the temporary folder.
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

    /// A project whose one plugin `p` has these files, beside a plugin.toml of that text.
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

    /// Builds the plugins of these names; without names all.
    pub(crate) fn build(&self, names: &[&str]) -> Outcome {
        let found = find(self.path()).unwrap_or_else(|error| panic!("{error:#}"));
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let selection = Selection { names, ..Selection::default() };
        build_guests(&found, &selection, Options::default())
            .unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// Builds the plugins of these names, all of which have to succeed.
    pub(crate) fn built(&self, names: &[&str]) -> Outcome {
        let outcome = self.build(names);
        let failed: Vec<_> = outcome.failed.iter().map(|(_, why)| format!("{why:#}")).collect();
        assert!(failed.is_empty(), "{}", failed.join("\n"));
        outcome
    }

    /// Builds everything; the notes on it.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.built(&[]).notes.into_iter().map(|(_, note)| note).collect()
    }

    /// Why the one plugin of that name could not be built.
    pub(crate) fn failure(&self, name: &str) -> String {
        let outcome = self.build(&[name]);
        let [(_, error)] = &outcome.failed[..] else { panic!("{name} was built: {outcome:?}") };
        format!("{error:#}")
    }

    /// Why the project is none.
    pub(crate) fn fault(&self) -> String {
        match find(self.path()) {
            Ok(found) => panic!("no fault was found: {found:?}"),
            Err(error) => format!("{error:#}"),
        }
    }

    /// The program that builds everything, with more in its environment.
    pub(crate) fn command(&self, environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-polyreactor"));
        command.arg("build-guests").current_dir(self.path()).env_remove("CARGO_TARGET_DIR");
        command.envs(environment.iter().copied());
        command
    }

    /// Runs it; what it says on stderr.
    pub(crate) fn run(&self, environment: &[(&str, &str)]) -> String {
        let Output { status, stderr, .. } =
            self.command(environment).output().expect("the program can be run");
        let said = String::from_utf8_lossy(&stderr).into_owned();
        assert!(status.success(), "{said}");
        said
    }

    pub(crate) fn artifact(&self, guest: &str) -> PathBuf {
        self.path().join("target/guests").join(format!("{guest}.wasm"))
    }

    pub(crate) fn bytes(&self, guest: &str) -> Vec<u8> {
        let path = self.artifact(guest);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The functions that a guest exports, beside `_initialize`.
    pub(crate) fn exports(&self, guest: &str) -> Vec<String> {
        let inspection = inspect(&self.bytes(guest)).expect("the module is valid");
        let functions = inspection.exports.into_iter().filter(|export| export.function.is_some());
        functions.map(|export| export.name).filter(|name| name != "_initialize").collect()
    }

    /// The functions of WASI that a guest imports.
    pub(crate) fn imports(&self, guest: &str) -> Vec<String> {
        let inspection = inspect(&self.bytes(guest)).expect("the module is valid");
        inspection.imports.into_iter().map(|import| import.name).collect()
    }
}

/// Whether a text is in some bytes.
pub(crate) fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Checks that a text has all the parts.
pub(crate) fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
}

/// The manifest of a package whose library is a plugin.
pub(crate) fn package(name: &str, version: &str, more: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n\n\
         [lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n{more}\n"
    )
}

/// Rust code that exports a function of that name.
pub(crate) fn exporting(function: &str) -> String {
    format!("#[unsafe(no_mangle)]\npub extern \"C\" fn {function}() -> i32 {{\n    7\n}}\n")
}

/// A Go program that exports a function of that name, with this `main`.
pub(crate) fn go_program(function: &str, main: &str) -> String {
    format!(
        "package main\n\nvar n int32\n\n//go:wasmexport {function}\nfunc {function}() int32 {{ return \
         n }}\n\n{main}\n"
    )
}
