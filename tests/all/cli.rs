//! Tests of the programs `polyreactor` and `cargo-polyreactor`: each file in `cli/` is a test.
//!
//! The docs of `polyreactor_tests::cli` describe the format of a case.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use polyreactor_tests::cli::{Suite, bless};
use polyreactor_tests::{finish, repository, repository_program, trial};

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let folder = repository().join("tests/cli");
    let suite = Suite { folder, bless: bless(), program, readers: &["polyreactor"] };
    let mut trials = suite.trials()?;
    trials.push(trial("cli::the_text_of_a_module_assembles_to_it", text_assembles));
    Ok(trials)
}

/// The output of `inspect --wat` assembles to the same module, which a snapshot cannot show.
fn text_assembles() -> Result<()> {
    let case = repository().join("tests/cli/inspect/three_ways.wat");
    let folder = tempfile::tempdir()?;
    let module = folder.path().join("module.wasm");
    let bytes = wat::parse_file(case)?;
    fs::write(&module, &bytes)?;
    let mut inspect = Command::new(repository_program("polyreactor")?);
    let text = finish(inspect.args(["inspect", "--wat"]).arg(&module))?.success()?.stdout;
    ensure!(wat::parse_str(&text)? == bytes, "the text assembles to another module:\n{text}");
    Ok(())
}

fn program(name: &str) -> Result<PathBuf> {
    let is_ours = ["polyreactor", "cargo-polyreactor"].contains(&name);
    ensure!(is_ours, "a case may run `polyreactor` and `cargo-polyreactor`, not `{name}`");
    repository_program(name)
}
