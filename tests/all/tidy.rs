//! Rules of the repository that a test can hold; each is a test over the files that git tracks.

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
        ("rust_files_begin_with_what_they_are", rust_files_begin_with_what_they_are as fn() -> _),
        ("rust_files_tell_one_story", rust_files_tell_one_story),
        ("a_packages_tests_are_one_program", a_packages_tests_are_one_program),
        ("no_module_of_tests_is_left_out", no_module_of_tests_is_left_out),
        ("no_file_names_a_machine_or_a_registry", no_file_names_a_machine_or_a_registry),
        ("nothing_built_is_tracked", nothing_built_is_tracked),
        ("licenses_are_there", licenses_are_there),
        ("packages_share_the_workspaces_license", packages_share_the_workspaces_license),
        ("crates_use_what_is_below_them", graph::crates_use_what_is_below_them),
        ("rooms_use_what_is_below_them", rooms::rooms_use_what_is_below_them),
        ("readmes_show_commands_that_exist", readmes_show_commands_that_exist),
    ];
    let trials = trials.map(|(name, run)| trial(format!("tidy::{name}"), run));
    Ok(trials.into())
}

/// More than this is two stories.
const MOST_LINES: usize = 400;

/// What would be true of one machine only, or ties the sources to one registry. Taken apart,
/// so that this file holds none of them.
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

fn rust_files_begin_with_what_they_are() -> Result<()> {
    let begins_wrong = |text: &String| !text.starts_with("//! ");
    all_good("begins without a `//!` sentence", rust_files()?, begins_wrong)
}

fn rust_files_tell_one_story() -> Result<()> {
    let is_long = |text: &String| text.lines().count() > MOST_LINES;
    all_good("has more than 400 lines", rust_files()?, is_long)
}

/// Cargo would make another program of a file that stands in `tests/` itself.
fn a_packages_tests_are_one_program() -> Result<()> {
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
        "these belong into `tests/all/`, with a `mod` in its main.rs: {beside:?}"
    );
    Ok(())
}

/// A file that no `mod` names is compiled by no one, and its tests never run.
fn no_module_of_tests_is_left_out() -> Result<()> {
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
    // Cargo itself writes there where each package is from.
    let files = files()?.into_iter().filter(|file| !file.ends_with("Cargo.lock")).collect();
    let names_one = |text: &String| UNWANTED.iter().any(|unwanted| names(text, unwanted));
    all_good("names a machine's folder or a package registry", files, names_one)
}

/// Whether it stands there by itself: `tests/work/` is no machine's folder.
fn names(text: &str, unwanted: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "._-~$})".contains(c);
    let mut places = text.match_indices(unwanted);
    places.any(|(at, _)| !unwanted.starts_with('/') || !text[..at].ends_with(goes_on))
}

fn nothing_built_is_tracked() -> Result<()> {
    let is_built = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "wasm");
    let built: Vec<_> = files()?.into_iter().filter(is_built).collect();
    ensure!(built.is_empty(), "tracked, but built: {built:?}");
    Ok(())
}

/// The licenses that `Cargo.toml` names are beside it, to be read.
fn licenses_are_there() -> Result<()> {
    let is_license = |name: &str| name.starts_with("LICENSE");
    let names = files()?.into_iter().filter_map(|file| file.into_os_string().into_string().ok());
    let licenses: Vec<String> = names.filter(|name| is_license(name)).collect();
    for wanted in ["Apache", "LLVM", "MIT"] {
        let mut texts = licenses.iter().map(|name| fs::read_to_string(repository().join(name)));
        let is_there = texts.any(|text| text.is_ok_and(|text| text.contains(wanted)));
        ensure!(
            is_there,
            "no file LICENSE* at the root speaks of {wanted}; there are {licenses:?}"
        );
    }
    Ok(())
}

fn packages_share_the_workspaces_license() -> Result<()> {
    let manifests = files()?.into_iter().filter(|file| file.ends_with("Cargo.toml")).collect();
    let has_none =
        |text: &String| text.contains("[package]") && !text.contains("license.workspace");
    all_good("has no `license.workspace = true`", manifests, has_none)
}

/// Each `cargo xtask NAME` in a code block of a README has a help of its own.
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

/// How our programs are called, and their names.
const PROGRAMS: [(&str, &str); 3] = [
    ("cargo xtask ", "xtask"),
    ("cargo polyreactor ", "cargo-polyreactor"),
    ("polyreactor ", "polyreactor"),
];

/// The commands of ours that the code blocks of a page show: the program, and its sub-command.
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

/// Fails with every file whose text is `bad`.
fn all_good(fault: &str, files: Vec<PathBuf>, bad: impl Fn(&String) -> bool) -> Result<()> {
    let mut bad_files = Vec::new();
    for file in files {
        // What is deleted and not committed yet, or no text, has nothing to hold to a rule.
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

/// What git tracks, or would: neither builds nor caches. Relative to the repository's root.
fn files() -> Result<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = finish(git.current_dir(repository()))?.success().context("git ls-files")?;
    let files: Vec<_> = listed.stdout.split_terminator('\0').map(PathBuf::from).collect();
    ensure!(!files.is_empty(), "git lists no file in {}", repository().display());
    Ok(files)
}
