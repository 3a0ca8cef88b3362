//! What a run is to do, read from the environment.

use std::str::FromStr;
use std::time::Duration;

use anyhow::{Result, bail, ensure};

/// A run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) length: Length,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    pub(crate) sabotage: Option<Sabotage>,
}

/// When it is done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Length {
    Rounds(u64),
    Time(Duration),
}

/// What a run does wrong, to show that it would be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// An instance a step is never dropped.
    Memory,
    /// A file a step is never closed.
    Descriptors,
    /// A thread a step never ends.
    Threads,
    /// One prediction is wrong.
    Outcome,
}

impl Plan {
    /// `None` where the environment asks for none.
    pub(crate) fn from_environment() -> Result<Option<Self>> {
        let length = match (read::<u64>("ROUNDS")?, read::<u64>("MINUTES")?) {
            (None, None) => return Ok(None),
            (Some(rounds), None) => Length::Rounds(rounds),
            (None, Some(minutes)) => Length::Time(Duration::from_secs(minutes.saturating_mul(60))),
            (Some(_), Some(_)) => bail!("both POLYREACTOR_SOAK_ROUNDS and _MINUTES are set"),
        };
        let threads = read("THREADS")?.unwrap_or(3);
        ensure!(threads > 0, "POLYREACTOR_SOAK_THREADS is 0, and someone has to take the steps");
        let seed = read("SEED")?.unwrap_or(1);
        Ok(Some(Plan { length, seed, threads, sabotage: read("SABOTAGE")? }))
    }
}

fn read<T: FromStr<Err: std::fmt::Display>>(name: &str) -> Result<Option<T>> {
    let name = format!("POLYREACTOR_SOAK_{name}");
    let Ok(text) = std::env::var(&name) else { return Ok(None) };
    match text.parse() {
        Ok(value) => Ok(Some(value)),
        Err(error) => bail!("{name} is `{text}`: {error}"),
    }
}

impl FromStr for Sabotage {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "memory" => Sabotage::Memory,
            "descriptors" => Sabotage::Descriptors,
            "threads" => Sabotage::Threads,
            "outcome" => Sabotage::Outcome,
            _ => return Err("memory, descriptors, threads or outcome is meant"),
        })
    }
}
