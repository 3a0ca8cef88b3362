//! `polyreactor` and `cargo-polyreactor` as people call them: each file in `cli/` is a test.
//!
//! How a case is written stands in `polyreactor_tests::cli`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use polyreactor_tests::cli::{Suite, bless};
use polyreactor_tests::{repository, repository_program};

fn main() -> ExitCode {
    let suite = Suite { folder: repository().join("tests/cli"), bless: bless(), program };
    polyreactor_tests::main(suite.trials().expect("tests/cli"))
}

fn program(name: &str) -> Result<PathBuf> {
    ensure!(["polyreactor", "cargo-polyreactor"].contains(&name), "no program of ours: {name}");
    repository_program(name)
}
