//! A random, seeded mix of everything that can happen to instances, over the three languages and
//! several threads: each outcome is predicted, and nothing is left of them in the process.
//!
//! The tests here run this very program as a child, so that what it measures is its own. The
//! child is told what to do by its environment; `cargo xtask soak` sets it too:
//!
//! | variable | what | otherwise |
//! |---|---|---|
//! | `POLYREACTOR_SOAK_ROUNDS` | how many rounds to run | the tests run |
//! | `POLYREACTOR_SOAK_MINUTES` | how long to go on, instead | |
//! | `POLYREACTOR_SOAK_SEED` | what the first round is made of; the next has the next number | 1 |
//! | `POLYREACTOR_SOAK_THREADS` | how many threads take steps | 3 |
//! | `POLYREACTOR_SOAK_SABOTAGE` | what to do wrong: `memory`, `descriptors`, `threads`, `outcome` | nothing |

use std::process::{Command, ExitCode};

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use polyreactor_tests::{finish, trial};

mod life;
mod plan;
mod predicted;
mod process;
mod run;
mod steps;

pub(crate) fn trials() -> Result<Vec<Trial>> {
    Ok(vec![
        trial("soak::a_short_run", a_short_run),
        trial("soak::wrong_outcomes_are_found", || is_found("outcome", "not as predicted")),
        trial("soak::leaked_instances_are_found", || leak_is_found("memory")),
        trial("soak::leaked_descriptors_are_found", || leak_is_found("descriptors")),
        trial("soak::leaked_threads_are_found", || leak_is_found("threads")),
    ])
}

/// The run that the environment asks for, in place of the tests; `None` where there is none.
pub(crate) fn child() -> Option<ExitCode> {
    match plan::Plan::from_environment() {
        Ok(plan) => plan.map(|plan| run::run(&plan)),
        Err(error) => {
            eprintln!("error: {error:#}");
            Some(ExitCode::from(2))
        }
    }
}

fn a_short_run() -> Result<()> {
    finish(&mut process("12")?)?.success()?;
    Ok(())
}

/// The proof that a run can fail: it does where something is done wrong on purpose.
fn is_found(sabotage: &str, told: &str) -> Result<()> {
    let finished = finish(process("4")?.env("POLYREACTOR_SOAK_SABOTAGE", sabotage))?;
    let stderr = finished.stderr;
    ensure!(finished.status.code() == Some(1), "{}: {stderr}", finished.status);
    ensure!(stderr.contains(told), "{stderr}");
    ensure!(stderr.contains("again: cargo xtask soak --seed "), "{stderr}");
    Ok(())
}

fn leak_is_found(what: &str) -> Result<()> {
    if !process::CAN_BE_MEASURED {
        eprintln!("not looked at: {what}, which can be counted on Linux only");
        return Ok(());
    }
    is_found(what, &format!("{what} grew"))
}

fn process(rounds: &str) -> Result<Command> {
    let mut child = Command::new(std::env::current_exe()?);
    child.env("POLYREACTOR_SOAK_ROUNDS", rounds);
    Ok(child)
}
