//! The plan of a soak run: its length, seed, threads and sabotage, from environment variables.

use std::str::FromStr;
use std::time::Duration;

use anyhow::{Result, bail, ensure};

/// The settings of a run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) length: Length,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    pub(crate) sabotage: Option<Sabotage>,
}

/// When a run ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Length {
    Rounds(u64),
    Time(Duration),
}

/// A deliberate fault of a run, which proves that the run would report such a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// `memory`: each step leaks an instance.
    Memory,
    /// `descriptors`: each step leaks an open file.
    Descriptors,
    /// `threads`: each step leaks a thread that never ends.
    Threads,
    /// `outcome`: predictions in the second half of a round count as wrong.
    Outcome,
}

impl Plan {
    /// Reads the variables `POLYREACTOR_SOAK_*`; `None` if neither a number of rounds nor a number
    /// of minutes is set.
    pub(crate) fn from_environment() -> Result<Option<Self>> {
        let length = match (read::<u64>("ROUNDS")?, read::<u64>("MINUTES")?) {
            (None, None) => return Ok(None),
            (Some(rounds), None) => Length::Rounds(rounds),
            (None, Some(minutes)) => Length::Time(Duration::from_secs(minutes.saturating_mul(60))),
            (Some(_), Some(_)) => bail!("both POLYREACTOR_SOAK_ROUNDS and _MINUTES are set"),
        };
        let threads = read("THREADS")?.unwrap_or(3);
        ensure!(threads > 0, "POLYREACTOR_SOAK_THREADS is 0: at least one thread is needed");
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
            _ => return Err("expected memory, descriptors, threads or outcome"),
        })
    }
}
