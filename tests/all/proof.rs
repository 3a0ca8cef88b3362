//! Proof that `patch` is correct: a patched module runs in real engines and behaves like the same
//! program linked with the start file of a reactor.
//!
//! `POLYREACTOR_PROOF_COUNT` is the number of random programs of each kind (default 2000). After
//! all tests a table shows how many were patched, refused or left unchanged.

use anyhow::{Context, Result};
use libtest_mimic::Trial;

mod cases;
mod clean;
mod engine;
mod form;
mod fuzz;
mod program;

/// The default number of programs of each kind, small enough for `cargo test`.
const COUNT: u64 = 2000;

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let count = match std::env::var("POLYREACTOR_PROOF_COUNT") {
        Ok(count) => count.parse().context("POLYREACTOR_PROOF_COUNT")?,
        Err(_) => COUNT,
    };
    let mut trials = cases::trials()?;
    trials.extend(fuzz::trials(count));
    Ok(trials)
}

/// Prints the number of random programs by their outcome, if any were tried.
pub(crate) fn print_tally() {
    let tally = fuzz::TALLY.lock().expect("no thread panics with the lock");
    if tally.is_empty() {
        return;
    }
    for (what, count) in tally.iter() {
        println!("{count:>8}  {what}");
    }
    println!("{:>8}  programs", tally.values().sum::<usize>());
}
