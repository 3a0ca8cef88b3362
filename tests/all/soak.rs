//! Soak test: a random, seeded mix of everything that can happen to instances, in the three
//! languages and on several threads. Every outcome is predicted, and the process must not leak.
//!
//! The tests run this program as a child process, so that the measured memory, descriptors and
//! threads belong to the run alone. Environment variables tell the child what to do;
//! `cargo xtask soak` sets them too:
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `POLYREACTOR_SOAK_ROUNDS` | number of rounds; makes this program a soak run | the tests run |
//! | `POLYREACTOR_SOAK_MINUTES` | duration in minutes, in place of a number of rounds | – |
//! | `POLYREACTOR_SOAK_SEED` | seed of the first round; each next round has the next number | 1 |
//! | `POLYREACTOR_SOAK_THREADS` | number of threads that make calls | 3 |
//! | `POLYREACTOR_SOAK_SABOTAGE` | a deliberate fault (see [`plan::Sabotage`]) | none |

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
        trial("soak::a_short_run_succeeds", a_short_run),
        trial("soak::wrong_outcomes_are_found", || is_found("outcome", "not as predicted")),
        trial("soak::leaked_instances_are_found", || leak_is_found("memory")),
        trial("soak::leaked_descriptors_are_found", || leak_is_found("descriptors")),
        trial("soak::leaked_threads_are_found", || leak_is_found("threads")),
    ])
}

/// Runs the soak run that the environment describes, in place of the tests; `None` if the
/// environment describes none.
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

/// A run with a deliberate fault must fail and report it.
fn is_found(sabotage: &str, report: &str) -> Result<()> {
    let finished = finish(process("4")?.env("POLYREACTOR_SOAK_SABOTAGE", sabotage))?;
    let stderr = finished.stderr;
    ensure!(finished.status.code() == Some(1), "{}: {stderr}", finished.status);
    ensure!(stderr.contains(report), "{stderr}");
    ensure!(stderr.contains("again: cargo xtask soak --seed "), "{stderr}");
    Ok(())
}

fn leak_is_found(what: &str) -> Result<()> {
    if !process::CAN_BE_MEASURED {
        eprintln!("skipped: {what} can be measured only on Linux");
        return Ok(());
    }
    is_found(what, &format!("{what} grew"))
}

fn process(rounds: &str) -> Result<Command> {
    let mut child = Command::new(std::env::current_exe()?);
    child.env("POLYREACTOR_SOAK_ROUNDS", rounds);
    Ok(child)
}
