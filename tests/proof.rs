//! The proof that patching is right: what comes out of it runs, in real engines, and behaves as
//! the same program linked with a reactor's start file.
//!
//! `POLYREACTOR_PROOF_COUNT` says how many random programs of each kind are tried; what became
//! of them is told at the end.

use std::process::ExitCode;

use fuzz::Tally;

#[path = "proof/cases.rs"]
mod cases;
#[path = "proof/clean.rs"]
mod clean;
#[path = "proof/engine.rs"]
mod engine;
#[path = "proof/form.rs"]
mod form;
#[path = "proof/fuzz.rs"]
mod fuzz;
#[path = "proof/program.rs"]
mod program;

/// What `cargo test` has time for.
const COUNT: u64 = 2000;

fn main() -> ExitCode {
    let count = std::env::var("POLYREACTOR_PROOF_COUNT").ok();
    let count = count.map_or(COUNT, |count| count.parse().expect("POLYREACTOR_PROOF_COUNT"));
    let tally = Tally::default();
    let mut trials = cases::trials().unwrap_or_else(|error| panic!("{error:#}"));
    trials.extend(fuzz::trials(count, &tally));
    let code = polyreactor_tests::main(trials);
    let tally = tally.lock().expect("nobody panics while holding it");
    for (what, count) in tally.iter() {
        println!("{count:>8}  {what}");
    }
    println!("{:>8}  programs", tally.values().sum::<usize>());
    code
}
