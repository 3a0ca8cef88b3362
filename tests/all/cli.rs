//! `polyreactor` and `cargo-polyreactor` as people call them: each file in `cli/` is a test.
//!
//! How a case is written stands in `polyreactor_tests::cli`.

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

/// That what is printed can be read again, no snapshot says.
fn text_assembles() -> Result<()> {
    let case = repository().join("tests/cli/inspect/three_ways.wat");
    let folder = tempfile::tempdir()?;
    let module = folder.path().join("module.wasm");
    let bytes = wat::parse_file(case)?;
    fs::write(&module, &bytes)?;
    let mut inspect = Command::new(repository_program("polyreactor")?);
    let text = finish(inspect.args(["inspect", "--wat"]).arg(&module))?.success()?.stdout;
    ensure!(wat::parse_str(&text)? == bytes, "assembled, it is another module:\n{text}");
    Ok(())
}

fn program(name: &str) -> Result<PathBuf> {
    ensure!(["polyreactor", "cargo-polyreactor"].contains(&name), "no program of ours: {name}");
    repository_program(name)
}
