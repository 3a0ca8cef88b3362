//! The proof that patching is right: what comes out of it runs, in real engines, and behaves as
//! the same program linked with a reactor's start file.
//!
//! `POLYREACTOR_PROOF_COUNT` says how many random programs of each kind are tried; what became
//! of them is told at the end.

use anyhow::{Context, Result};
use libtest_mimic::Trial;

mod cases;
mod clean;
mod engine;
mod form;
mod fuzz;
mod program;

/// What `cargo test` has time for.
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

/// Prints what became of the random programs, where any was tried.
pub(crate) fn print_tally() {
    let tally = fuzz::TALLY.lock().expect("nobody panics while holding it");
    if tally.is_empty() {
        return;
    }
    for (what, count) in tally.iter() {
        println!("{count:>8}  {what}");
    }
    println!("{:>8}  programs", tally.values().sum::<usize>());
}
