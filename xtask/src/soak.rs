//! `cargo xtask soak`: everything that can happen to instances, at random, for as long as asked.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, anyhow, ensure};
use clap::Args;
use polyreactor_build::{Options, Selection, build_guests, find};

use crate::cargo::{Cargo, succeeds};

#[derive(Args)]
pub(crate) struct Arguments {
    /// How long to go on
    #[arg(long, default_value = "10", value_name = "N")]
    minutes: NonZeroU64,
    /// What chance is made of; a failure tells the one that shows it again. Else another one
    /// each time
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// How many threads make, call and drop instances
    #[arg(long, default_value = "3", value_name = "T")]
    threads: NonZeroUsize,
}

/// Makes, calls, ends and drops instances at random; fails where an outcome is not the predicted
/// one, or where memory, descriptors or threads of the process grow.
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
    // Few digits are typed more easily.
    let seed = arguments.seed.unwrap_or(now.as_secs() % 1_000_000);
    eprintln!("seed {seed}, {} threads, {} min", arguments.threads, arguments.minutes);
    let cargo = Cargo::new(&project.root)
        .env("POLYREACTOR_GUESTS", project.target.join("guests"))
        .env("POLYREACTOR_SOAK_MINUTES", arguments.minutes.to_string())
        .env("POLYREACTOR_SOAK_SEED", seed.to_string())
        .env("POLYREACTOR_SOAK_THREADS", arguments.threads.to_string());
    succeeds(&mut cargo.tests(&["soak::"]))
}
