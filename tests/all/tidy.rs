//! Rules of the repository, each a test over the files that git tracks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use polyreactor_tests::{finish, repository, repository_program, trial};

mod graph;
mod rooms;

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let trials = [
        ("rust_files_begin_with_a_doc_comment", rust_files_begin_with_a_doc_comment as fn() -> _),
        ("rust_files_have_at_most_400_lines", rust_files_have_at_most_400_lines),
        ("each_package_has_one_test_program", each_package_has_one_test_program),
        ("every_test_module_is_declared", every_test_module_is_declared),
        ("no_file_names_a_machine_or_a_registry", no_file_names_a_machine_or_a_registry),
        ("nothing_built_is_tracked", nothing_built_is_tracked),
        ("the_root_has_the_license_files", the_root_has_the_license_files),
        ("packages_share_the_workspaces_license", packages_share_the_workspaces_license),
        ("crates_depend_only_on_lower_crates", graph::crates_depend_only_on_lower_crates),
        ("host_modules_use_only_lower_modules", rooms::host_modules_use_only_lower_modules),
        ("readmes_show_commands_that_exist", readmes_show_commands_that_exist),
    ];
    let trials = trials.map(|(name, run)| trial(format!("tidy::{name}"), run));
    Ok(trials.into())
}

/// A longer file should be split.
const MAX_LINES: usize = 400;

/// Absolute paths of a machine, and hosts of package registries. Each is written in two parts, so
/// that this file does not contain it.
const UNWANTED: [&str; 10] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("C:\\", "Users"),
    concat!("crates", ".io"),
    concat!("py", "pi.org"),
    concat!("pythonhosted", ".org"),
    concat!("proxy.", "golang.org"),
    concat!("registry.", "npmjs.org"),
];

fn rust_files_begin_with_a_doc_comment() -> Result<()> {
    let has_none = |text: &String| !text.starts_with("//! ");
    none_is("these files do not begin with a `//!` sentence", rust_files()?, has_none)
}

fn rust_files_have_at_most_400_lines() -> Result<()> {
    let is_long = |text: &String| text.lines().count() > MAX_LINES;
    none_is("these files have more than 400 lines", rust_files()?, is_long)
}

/// Cargo would build a further test program from each file directly in `tests/`.
fn each_package_has_one_test_program() -> Result<()> {
    let files = files()?;
    let is_beside = |file: &&PathBuf| {
        let folder = file.parent().filter(|folder| folder.ends_with("tests"));
        let manifest = folder.and_then(Path::parent).map(|package| package.join("Cargo.toml"));
        file.extension().is_some_and(|kind| kind == "rs")
            && repository().join(file).is_file()
            && manifest.is_some_and(|manifest| files.contains(&manifest))
    };
    let beside: Vec<_> = files.iter().filter(is_beside).collect();
    ensure!(
        beside.is_empty(),
        "move these files to `tests/all/`, with a `mod` in its main.rs: {beside:?}"
    );
    Ok(())
}

/// A file without a `mod` is never compiled, and its tests never run.
fn every_test_module_is_declared() -> Result<()> {
    let is_module = |file: &PathBuf| {
        file.ancestors().any(|folder| folder.ends_with("tests/all")) && !file.ends_with("main.rs")
    };
    let mut left_out = Vec::new();
    for file in rust_files()?.into_iter().filter(is_module) {
        let folder = file.parent().context("a file in a folder")?;
        let is_top = folder.ends_with("tests/all");
        let declared_in = if is_top { folder.join("main.rs") } else { folder.with_extension("rs") };
        let text = fs::read_to_string(repository().join(&declared_in)).unwrap_or_default();
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        if !text.lines().any(|line| line.trim() == format!("mod {name};")) {
            left_out.push(format!(
                "{}: no `mod {name};` in {}",
                file.display(),
                declared_in.display()
            ));
        }
    }
    ensure!(left_out.is_empty(), "{}", left_out.join("\n"));
    Ok(())
}

fn no_file_names_a_machine_or_a_registry() -> Result<()> {
    // Cargo.lock is excepted: cargo writes the registry of each package into it.
    let files = files()?.into_iter().filter(|file| !file.ends_with("Cargo.lock")).collect();
    let names_one = |text: &String| UNWANTED.iter().any(|unwanted| names(text, unwanted));
    none_is("these files name a folder of a machine or a package registry", files, names_one)
}

/// Whether the text contains `unwanted` as an absolute path: `tests/work/` is a relative one.
fn names(text: &str, unwanted: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "._-~$})".contains(c);
    let mut places = text.match_indices(unwanted);
    places.any(|(at, _)| !unwanted.starts_with('/') || !text[..at].ends_with(goes_on))
}

fn nothing_built_is_tracked() -> Result<()> {
    let is_built = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "wasm");
    let built: Vec<_> = files()?.into_iter().filter(is_built).collect();
    ensure!(built.is_empty(), "git tracks build outputs: {built:?}");
    Ok(())
}

/// The texts of the licenses that `Cargo.toml` names are at the root.
fn the_root_has_the_license_files() -> Result<()> {
    let is_license = |name: &str| name.starts_with("LICENSE");
    let names = files()?.into_iter().filter_map(|file| file.into_os_string().into_string().ok());
    let licenses: Vec<String> = names.filter(|name| is_license(name)).collect();
    for wanted in ["Apache", "LLVM", "MIT"] {
        let mut texts = licenses.iter().map(|name| fs::read_to_string(repository().join(name)));
        let is_there = texts.any(|text| text.is_ok_and(|text| text.contains(wanted)));
        ensure!(
            is_there,
            "no file LICENSE* at the root contains `{wanted}`; there are {licenses:?}"
        );
    }
    Ok(())
}

fn packages_share_the_workspaces_license() -> Result<()> {
    let manifests = files()?.into_iter().filter(|file| file.ends_with("Cargo.toml")).collect();
    let has_none =
        |text: &String| text.contains("[package]") && !text.contains("license.workspace");
    none_is("these manifests have no `license.workspace = true`", manifests, has_none)
}

/// Each command of ours in a code block of a README exists: `PROGRAM help NAME` succeeds.
fn readmes_show_commands_that_exist() -> Result<()> {
    let readmes: Vec<_> = files()?.into_iter().filter(|file| file.ends_with("README.md")).collect();
    ensure!(readmes.contains(&"README.md".into()), "no README.md at the root");
    let mut faults = Vec::new();
    for readme in readmes {
        let text = fs::read_to_string(repository().join(&readme))?;
        for (program, name) in commands(&text) {
            let program = repository_program(program)?;
            let help = finish(Command::new(&program).args(["help", name]))?;
            if !help.status.success() {
                faults.push(format!("{}: `{name}`: {}", readme.display(), help.stderr));
            }
        }
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// How a command line of each of our programs begins, and the name of the program.
const PROGRAMS: [(&str, &str); 3] = [
    ("cargo xtask ", "xtask"),
    ("cargo polyreactor ", "cargo-polyreactor"),
    ("polyreactor ", "polyreactor"),
];

/// The commands of ours in the code blocks of a page: the program and its sub-command.
fn commands(page: &str) -> Vec<(&'static str, &str)> {
    let in_blocks = page.split("```").skip(1).step_by(2).flat_map(str::lines);
    let of_ours = in_blocks.filter_map(|line| {
        let line = line.trim_start_matches("$ ");
        let mut programs = PROGRAMS.iter();
        programs.find_map(|(typed, program)| Some((*program, line.strip_prefix(typed)?)))
    });
    let named = of_ours.filter_map(|(program, rest)| Some((program, rest.split(' ').next()?)));
    named.filter(|(_, name)| !name.starts_with('-')).collect()
}

/// Fails with `fault` and the list of all files whose text is `bad`.
fn none_is(fault: &str, files: Vec<PathBuf>, bad: impl Fn(&String) -> bool) -> Result<()> {
    let mut bad_files = Vec::new();
    for file in files {
        // Skips files that are not UTF-8, and files that are deleted but not committed.
        let Ok(text) = fs::read_to_string(repository().join(&file)) else { continue };
        if bad(&text) {
            bad_files.push(file.display().to_string());
        }
    }
    ensure!(bad_files.is_empty(), "{fault}:\n{}", bad_files.join("\n"));
    Ok(())
}

fn rust_files() -> Result<Vec<PathBuf>> {
    let is_rust = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "rs");
    Ok(files()?.into_iter().filter(is_rust).collect())
}

/// The files that git tracks or does not ignore, relative to the repository's root. Build outputs
/// and caches are ignored.
fn files() -> Result<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = finish(git.current_dir(repository()))?.success().context("git ls-files")?;
    let files: Vec<_> = listed.stdout.split_terminator('\0').map(PathBuf::from).collect();
    ensure!(!files.is_empty(), "git lists no file in {}", repository().display());
    Ok(files)
}
