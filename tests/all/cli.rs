//! `polyreactor` and `cargo-polyreactor` as people call them: each file in `cli/` is a test.
//!
//! How a case is written stands in `polyreactor_tests::cli`.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use polyreactor_tests::cli::{Suite, bless};
use polyreactor_tests::{repository, repository_program};

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let suite = Suite { folder: repository().join("tests/cli"), bless: bless(), program };
    suite.trials()
}

fn program(name: &str) -> Result<PathBuf> {
    ensure!(["polyreactor", "cargo-polyreactor"].contains(&name), "no program of ours: {name}");
    repository_program(name)
}
