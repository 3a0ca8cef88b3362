//! `cargo xtask soak`: random operations on instances, on several threads, for a given time.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, anyhow, ensure};
use clap::Args;
use polyreactor_build::{Options, Selection, build_guests, find};

use crate::cargo::{Cargo, succeeds};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Duration of the run, in minutes
    #[arg(long, default_value = "10", value_name = "N")]
    minutes: NonZeroU64,
    /// Seed of the random operations, which a failure prints for a repetition (default: from the
    /// clock)
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Number of threads that create, call and drop instances
    #[arg(long, default_value = "3", value_name = "T")]
    threads: NonZeroUsize,
}

/// Creates, calls, stops and drops instances of the plugin `faults` at random. Fails if an outcome
/// is not the predicted one, or if memory, file descriptors or threads of the process grow.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let project = find(&std::env::current_dir()?)?;
    let selection = Selection { names: vec!["faults".to_owned()], ..Selection::default() };
    let outcome = build_guests(&project, &selection, Options::default().locked(true))?;
    if let Some((guest, error)) = outcome.failed.into_iter().next() {
        return Err(error.context(format!("{} ({})", guest.name, guest.language)));
    }
    ensure!(!outcome.manifest.guests.is_empty(), "no guest `faults` was built");
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_err(|error| anyhow!("the clock is before 1970 ({error}): give a --seed"))?;
    // A short seed is easy to type.
    let seed = arguments.seed.unwrap_or(now.as_secs() % 1_000_000);
    eprintln!("seed {seed}, {} threads, {} min", arguments.threads, arguments.minutes);
    let cargo = Cargo::new(&project.root)
        .env("POLYREACTOR_GUESTS", project.target.join("guests"))
        .env("POLYREACTOR_SOAK_MINUTES", arguments.minutes.to_string())
        .env("POLYREACTOR_SOAK_SEED", seed.to_string())
        .env("POLYREACTOR_SOAK_THREADS", arguments.threads.to_string());
    succeeds(&mut cargo.tests(&["soak::"]))
}
