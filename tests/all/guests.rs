//! Tests of the guest packages for Go and Zig and of the examples in these languages: runs their
//! own tests, and builds their fixtures with the real compilers and calls them from Node.

mod limits;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use polyreactor_tests::{Finished, finish, go, node, repository, trial, zig};

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials = vec![
        trial("guests::go::driver", go_driver),
        trial("guests::zig::unit", || zig_passes(&["build", "test"], ZIG_PACKAGE)),
        trial("guests::go::limits", limits::go_has_these_limits),
        trial("guests::zig::limits", limits::zig_has_the_same_limits),
    ];
    for folder in [GO_PACKAGE, "examples/counter/go", "examples/goroutine/go", "examples/rich/go"]
        .into_iter()
        .chain(["examples/wordcount/go"])
    {
        let name = folder.trim_start_matches("examples/");
        trials.push(trial(format!("guests::go::test::{name}"), || go_passes(folder)));
    }
    for mode in ["Debug", "ReleaseSafe", "ReleaseSmall"] {
        trials.push(trial(format!("guests::zig::driver::{mode}"), move || zig_driver(mode)));
    }
    for name in ["rich", "wordcount"] {
        trials.push(trial(format!("guests::zig::test::{name}"), move || zig_example(name)));
    }
    trials.extend(refused()?);
    Ok(trials)
}

const GO_PACKAGE: &str = "guest/go";
const ZIG_PACKAGE: &str = "guest/zig";

fn go_driver() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let module = folder.path().join("fixture.wasm");
    let mut build = go()?;
    build.current_dir(repository().join(GO_PACKAGE).join("tests/fixture"));
    build.args(["build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-o"]);
    build.arg(&module).arg(".").envs(FOR_WASM);
    finish(&mut build)?.success()?;
    drive(&module)
}

const FOR_WASM: [(&str, &str); 3] = [("GOOS", "wasip1"), ("GOARCH", "wasm"), ("CGO_ENABLED", "0")];

/// `go vet` for Wasm, as the plugin is built, and `go test` natively, as its author runs it.
fn go_passes(folder: &str) -> Result<()> {
    let folder = repository().join(folder);
    let mut vet = go()?;
    vet.current_dir(&folder).args(["vet", "./..."]).envs(FOR_WASM);
    finish(&mut vet)?.success().context("go vet")?;
    let mut test = go()?;
    let tested = finish(test.current_dir(&folder).args(["test", "-count=1", "./..."]))?;
    tested.success().context("go test").map(drop)
}

fn zig_driver(mode: &str) -> Result<()> {
    let installed = tempfile::tempdir()?;
    let mut build = zig_in(&repository().join(ZIG_PACKAGE).join("tests/fixture"))?;
    build.args(["build", &format!("-Doptimize={mode}"), "--prefix"]).arg(installed.path());
    finish(&mut build)?.success()?;
    drive(&installed.path().join("bin/fixture.wasm"))
}

/// Runs the unit tests of an example, with the guest package that the example imports.
fn zig_example(name: &str) -> Result<()> {
    let root = format!("-Mroot=examples/{name}/zig/src/main.zig");
    let package = "-Mpolyreactor=guest/zig/src/polyreactor.zig";
    zig_passes(&["test", "--dep", "polyreactor", &root, package], ".")
}

fn zig_passes(arguments: &[&str], folder: &str) -> Result<()> {
    finish(zig_in(&repository().join(folder))?.args(arguments))?.success().map(drop)
}

/// Runs the driver, a host in JavaScript, on a fixture. The driver exits with a status other than 0
/// if one of its cases fails.
fn drive(module: &Path) -> Result<()> {
    let driver = repository().join(GO_PACKAGE).join("tests/driver.mjs");
    let finished = finish(node()?.arg(driver).arg(module))?.success()?;
    // The driver's last line is `N passed, 0 failed: FILE`.
    ensure!(finished.stdout.contains(" 0 failed: "), "{}", finished.stdout);
    Ok(())
}

/// A test for each file that must not compile; the first line of the file is the expected message.
fn refused() -> Result<Vec<Trial>> {
    let folder = repository().join(ZIG_PACKAGE).join("tests/refused");
    let mut files = Vec::new();
    for entry in folder.read_dir().with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "zig") {
            files.push(path);
        }
    }
    ensure!(!files.is_empty(), "no file in {}", folder.display());
    files.sort();
    let trials = files.into_iter().map(|file| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        trial(format!("guests::zig::refused::{name}"), move || is_refused(&file))
    });
    Ok(trials.collect())
}

fn is_refused(file: &Path) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let first = text.lines().next().unwrap_or_default();
    let message =
        first.strip_prefix("// EXPECT: ").context("no `// EXPECT: ` in the first line")?;
    let mut root = std::ffi::OsString::from("-Mroot=");
    root.push(file.file_name().context("a file has a name")?);
    let mut build = zig_in(file.parent().context("a file in a folder")?)?;
    build.args(["build-exe", "-target", "wasm32-wasi", "-mexec-model=reactor", "-fno-entry"]);
    build.args(["-rdynamic", "-fno-emit-bin", "--dep", "polyreactor"]).arg(root);
    build.arg("-Mpolyreactor=../../src/polyreactor.zig");
    let Finished { status, stderr, .. } = finish(&mut build)?;
    ensure!(!status.success(), "{} compiles, but must not", file.display());
    ensure!(stderr.contains(message), "no `{message}` in:\n{stderr}");
    Ok(())
}

/// Zig in that folder, with its caches in cargo's target folder.
fn zig_in(folder: &Path) -> Result<Command> {
    let mut zig = zig()?;
    zig.current_dir(folder);
    // Variables, because Zig 0.17 has no option for the cache folders; all versions read these.
    zig.env("ZIG_LOCAL_CACHE_DIR", cache("local")).env("ZIG_GLOBAL_CACHE_DIR", cache("global"));
    Ok(zig)
}

fn cache(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests-zig-cache").join(name)
}
