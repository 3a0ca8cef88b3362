//! Tests of `build-guests` on whole projects, and of its errors. Each project is written into a
//! temporary folder, whose name contains a space.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use polyreactor_tests::faults::LANGUAGES;
use polyreactor_tests::{Finished, finish, guest, repository, repository_program, trial};
use tempfile::TempDir;

const GO_MOD: &str = "module example.test/plugin\n\ngo 1.24\n";
const GO: &str =
    "package main\n\n//go:wasmexport get\nfunc get() int32 { return 7 }\n\nfunc main() {}\n";
const ROOT: &str =
    "[workspace]\nmembers = []\n[workspace.metadata.polyreactor]\nplugins = [\"*\"]\n";

pub(crate) fn trials() -> Result<Vec<Trial>> {
    Ok(vec![
        trial("pipeline::the_same_source_gives_the_same_bytes_in_any_folder", any_folder),
        trial("pipeline::a_crate_outside_of_the_workspace_is_built", stand_alone),
        trial("pipeline::a_single_crate_is_a_plugin", single_crate),
        trial("pipeline::a_plugin_that_fails_does_not_stop_the_others", one_fails),
        trial("pipeline::artifacts_of_removed_plugins_are_deleted", removed),
        trial("pipeline::parallel_builds_do_not_interfere", at_once),
        trial("pipeline::faults_of_a_project_are_reported", faults),
        trial("pipeline::without_python_the_error_lists_the_ways_to_get_go", no_python),
    ])
}

/// Copies the repository's files into another folder, builds the counters there, and compares them
/// with the artifacts of this repository.
fn any_folder() -> Result<()> {
    let project = Project::empty()?;
    let list = finish(Command::new("git").current_dir(repository()).args([
        "ls-files",
        "-z",
        "-co",
        "--exclude-standard",
    ]))?;
    for file in list.success()?.stdout.split_terminator('\0') {
        let from = repository().join(file);
        if from.is_file() {
            project.write(file, &fs::read(from)?)?;
        }
    }
    project.build(&["--locked", "counter"])?.success()?;
    for language in LANGUAGES {
        let here = fs::read(guest(&format!("{language}/counter"))?)?;
        let there = fs::read(project.guest(&format!("{language}/counter")))?;
        ensure!(here == there, "the {language} counter differs when built in another folder");
        let folder = project.folder.path().to_string_lossy().into_owned();
        let names =
            |bytes: &[u8]| bytes.windows(folder.len()).any(|part| part == folder.as_bytes());
        ensure!(!names(&there), "the {language} counter contains the path of its folder");
    }
    Ok(())
}

fn stand_alone() -> Result<()> {
    let project = Project::new(&[
        ("Cargo.toml", ROOT),
        ("alone/plugin.toml", ""),
        ("alone/rust/Cargo.toml", &package("alone", "[workspace]\n")),
        ("alone/rust/src/lib.rs", RUST),
    ])?;
    project.build(&[])?.success()?;
    project.prints("rust/alone", "get() = 7")
}

fn single_crate() -> Result<()> {
    let metadata = "[package.metadata.polyreactor]\nname = \"single\"\n";
    let project =
        Project::new(&[("Cargo.toml", &package("other-name", metadata)), ("src/lib.rs", RUST)])?;
    project.build(&["single"])?.success()?;
    project.prints("rust/single", "get() = 7")
}

fn one_fails() -> Result<()> {
    let project = two_plugins()?;
    project.build(&[])?.success()?;
    project.write("a/go/main.go", b"package main\n\nfunc main() { nonsense() }\n")?;
    let failed = project.build(&[])?;
    ensure!(failed.status.code() == Some(1), "{}", failed.status);
    ensure!(failed.stderr.contains("undefined: nonsense"), "{}", failed.stderr);
    ensure!(!project.guest("go/a").exists(), "the artifact of the earlier source is still there");
    ensure!(!project.manifest()?.contains("\"a\""), "the manifest lists a missing artifact");
    project.prints("go/b", "get() = 7")
}

fn removed() -> Result<()> {
    let project = two_plugins()?;
    project.build(&[])?.success()?;
    fs::remove_dir_all(project.folder.path().join("a"))?;
    project.build(&["b"])?.success()?;
    ensure!(!project.guest("go/a").exists(), "the artifact is still there");
    ensure!(!project.manifest()?.contains("\"a\""), "the manifest still lists the artifact");
    project.prints("go/b", "get() = 7")
}

fn at_once() -> Result<()> {
    let project = two_plugins()?;
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(|| project.build(&["a"]));
        (project.build(&["b"]), other.join().expect("the other build panicked"))
    });
    first?.success()?;
    second?.success()?;
    let manifest = project.manifest()?;
    ensure!(manifest.contains("go/a.wasm") && manifest.contains("go/b.wasm"), "{manifest}");
    project.prints("go/a", "get() = 7")?;
    project.prints("go/b", "get() = 7")
}

fn faults() -> Result<()> {
    let reports = |files: &[(&str, &str)], parts: &[&str]| -> Result<()> {
        let finished = Project::new(files)?.build(&[])?;
        ensure!(finished.status.code() == Some(1), "{}: {}", finished.status, finished.stderr);
        for part in parts {
            ensure!(finished.stderr.contains(part), "no `{part}` in: {}", finished.stderr);
        }
        Ok(())
    };
    reports(&[("readme", "")], &["cargo does not find a project"])?;
    reports(&[("Cargo.toml", "[workspace]\nmembers = []\n")], &["no plugins in", "plugins = ["])?;
    reports(&[("Cargo.toml", ROOT)], &["`*` matches no folder with a plugin.toml"])?;
    let plugin = |text| [("Cargo.toml", ROOT), ("p/plugin.toml", text), ("p/go/go.mod", GO_MOD)];
    reports(
        &plugin("nmae = \"p\"\n"),
        &["plugin.toml:1:1", "there is no key `nmae`", "did you mean `name`?"],
    )?;
    reports(&plugin("name = \"../p\"\n"), &["plugin.toml", "`../p` cannot name a plugin"])?;
    reports(&[("Cargo.toml", ROOT), ("p/plugin.toml", "")], &["no implementation in"])?;
    let no_file = [("Cargo.toml", ROOT), ("p/plugin.toml", ""), ("p/zig/main.zig", "")];
    reports(&no_file, &["has no build.zig"])?;
    let twins = [
        ("Cargo.toml", ROOT),
        ("p/plugin.toml", "name = \"same\"\n"),
        ("p/go/go.mod", GO_MOD),
        ("q/plugin.toml", "name = \"same\"\n"),
        ("q/go/go.mod", GO_MOD),
    ];
    reports(&twins, &["two Go implementations of plugin `same`", "/p/go", "/q/go"])?;
    let no_cdylib = package("p", "[workspace]\n").replace("cdylib", "rlib");
    let no_cdylib = [
        ("Cargo.toml", ROOT),
        ("p/plugin.toml", ""),
        ("p/rust/Cargo.toml", &*no_cdylib),
        ("p/rust/src/lib.rs", RUST),
    ];
    reports(&no_cdylib, &["the package builds no cdylib", "crate-type = ["])
}

fn no_python() -> Result<()> {
    let project = two_plugins()?;
    // PATH has only cargo's own folder, so neither Python nor Go is found.
    let cargo = std::env::var_os("CARGO").context("cargo runs this test")?;
    let finished = finish(
        project
            .command(&["a"])?
            .env("PATH", Path::new(&cargo).parent().context("a program in a folder")?)
            .env("POLYREACTOR_CACHE", project.folder.path().join("cache"))
            .env_remove("POLYREACTOR_GO")
            .env_remove("POLYREACTOR_PYTHON"),
    )?;
    ensure!(finished.status.code() == Some(1), "{}", finished.status);
    for part in ["Go 1.24.0 or newer is missing", "POLYREACTOR_GO", "no Python on PATH"] {
        ensure!(finished.stderr.contains(part), "no `{part}` in: {}", finished.stderr);
    }
    Ok(())
}

const RUST: &str = "#[unsafe(no_mangle)]\npub extern \"C\" fn get() -> i32 {\n    7\n}\n";

fn package(name: &str, more: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [lib]\ncrate-type = [\"cdylib\"]\n\n{more}"
    )
}

fn two_plugins() -> Result<Project> {
    Project::new(&[
        ("Cargo.toml", ROOT),
        ("a/plugin.toml", ""),
        ("a/go/go.mod", GO_MOD),
        ("a/go/main.go", GO),
        ("b/plugin.toml", ""),
        ("b/go/go.mod", GO_MOD),
        ("b/go/main.go", GO),
    ])
}

/// A project in a temporary folder, which is removed when this value is dropped.
struct Project {
    folder: TempDir,
}

impl Project {
    fn empty() -> Result<Self> {
        Ok(Project { folder: tempfile::Builder::new().prefix("a project ").tempdir()? })
    }

    fn new(files: &[(&str, &str)]) -> Result<Self> {
        let project = Project::empty()?;
        for (path, text) in files {
            project.write(path, text.as_bytes())?;
        }
        Ok(project)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().context("a file in a folder")?)?;
        Ok(fs::write(path, bytes)?)
    }

    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(repository_program("cargo-polyreactor")?);
        command.arg("build-guests").args(arguments).current_dir(self.folder.path());
        command.env_remove("CARGO_TARGET_DIR");
        Ok(command)
    }

    fn build(&self, arguments: &[&str]) -> Result<Finished> {
        finish(&mut self.command(arguments)?)
    }

    fn guest(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("target/guests").join(format!("{name}.wasm"))
    }

    fn manifest(&self) -> Result<String> {
        Ok(fs::read_to_string(self.folder.path().join("target/guests/manifest.json"))?)
    }

    /// Checks that `polyreactor run`, with the call in `line`, prints `line`.
    fn prints(&self, name: &str, line: &str) -> Result<()> {
        let call = line.split(" = ").next().unwrap_or_default();
        let mut run = Command::new(repository_program("polyreactor")?);
        let finished = finish(run.arg("run").arg(self.guest(name)).arg(call))?.success()?;
        ensure!(finished.stdout.trim_end() == line, "{}", finished.stdout);
        Ok(())
    }
}
