//! One thread of a round: makes, calls and drops instances at random, and counts what became of them.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use polyreactor_host::{Error, Input, Instance, InstanceConfig, Output, Reactor, Val};
use polyreactor_tests::faults::{inner, silence};

use super::plan::Sabotage;
use super::predicted::{End, Predicted};
use super::steps::{Known, MEMORY, Stdin, Step, step};

/// How often each thing has happened.
pub(crate) type Tally = BTreeMap<&'static str, u64>;

/// As many instances a thread has at a time.
const MOST_ALIVE: usize = 4;

/// More than any call takes that ends by itself, on a machine that is busy with other things.
const GENEROUS: Duration = Duration::from_secs(100);

/// The faults' guest in one language.
pub(crate) type Guest = (&'static str, Reactor);

/// An instance, and how it ended, where it has.
struct Life {
    instance: Instance,
    known: Known,
    /// The exports that may have been its last, and the cause.
    dead: Option<(Vec<&'static str>, String)>,
}

/// Takes so many steps. An error says in which one what was not as predicted.
pub(crate) fn live(
    reactors: &[Guest],
    mut random: Rng,
    steps: u64,
    sabotage: Option<Sabotage>,
) -> Result<Tally, String> {
    let mut tally = Tally::new();
    let mut lives: Vec<Life> = Vec::new();
    for number in 1..=steps {
        let told = |what: String| format!("step {number}: {what}");
        sabotage.iter().try_for_each(|sabotage| spoil(*sabotage, reactors)).map_err(told)?;
        match random.u8(..8) {
            _ if lives.is_empty() => lives.push(Life::begin(reactors, &mut random).map_err(told)?),
            0 | 1 if lives.len() < MOST_ALIVE => {
                lives.push(Life::begin(reactors, &mut random).map_err(told)?);
            }
            2 => drop(lives.swap_remove(random.usize(..lives.len()))),
            _ => {
                let chosen = random.usize(..lives.len());
                let wrong = sabotage == Some(Sabotage::Outcome) && number > steps / 2;
                let done = lives[chosen].go_on(&mut random, wrong).map_err(told)?;
                *tally.entry(done).or_default() += 1;
                // Most steps shall be of living ones.
                if lives[chosen].dead.is_some() && random.bool() {
                    lives.swap_remove(chosen);
                }
                continue;
            }
        }
        *tally.entry("made or dropped").or_default() += 1;
    }
    Ok(tally)
}

impl Life {
    fn begin(reactors: &[Guest], random: &mut Rng) -> Result<Self, String> {
        let (language, reactor) = &reactors[random.usize(..reactors.len())];
        let mut known = Known {
            language,
            stdin: Stdin::Silence,
            is_deterministic: random.u8(..4) == 0,
            has_slept: false,
        };
        let mut config = InstanceConfig::new().memory(MEMORY);
        config = config.timeout(GENEROUS).init_timeout(GENEROUS);
        if random.bool() {
            let length = random.usize(..100_000);
            known.stdin = Stdin::Bytes(length);
            config = config.stdin(Input::bytes(vec![b'x'; length]));
        } else {
            config = config.stdin(silence());
        }
        if random.bool() {
            config = config.stdout(Output::writer(std::io::sink()));
        }
        if known.is_deterministic {
            config = config.deterministic(random.u64(..));
        }
        match reactor.instantiate(&config) {
            Ok(instance) => Ok(Life { instance, known, dead: None }),
            Err(error) => Err(format!("a {} instance can't be made: {error}", known.language)),
        }
    }

    /// One more call, whether it is dead or not; what that was.
    fn go_on(&mut self, random: &mut Rng, wrong: bool) -> Result<&'static str, String> {
        if self.dead.is_some() {
            self.is_dead()?;
            return Ok("calls of dead instances");
        }
        let step = step(&mut self.known, random);
        let outcome = self.take(&step);
        if wrong || !step.predicted.is(&outcome) {
            let came = outcome.map_or_else(|error| error.to_string(), |is| format!("{is:?}"));
            return Err(format!("not as predicted: {:?}: {step:?} came to {came}", self.known));
        }
        match (&step.predicted, &outcome) {
            (Predicted::End(end, inside), Err(error)) => {
                let mut last = vec![*inside];
                if matches!(end, End::Timeout | End::Cancelled) {
                    // It may have come before the inner call began.
                    last.push(step.export);
                }
                self.dead = Some((last, inner(error).to_string()));
                self.is_dead().map_err(|what| format!("{what} (after {step:?})"))?;
                Ok(end.word())
            }
            (Predicted::Refused(_), _) => Ok("refused calls"),
            _ => Ok("answers"),
        }
    }

    fn take(&mut self, step: &Step) -> Result<Vec<Val>, Error> {
        self.instance.set_timeout(Some(step.deadline.unwrap_or(GENEROUS)));
        let Some(moment) = step.cancelled_after else {
            return self.instance.call(step.export, &step.values);
        };
        let cancellation = self.instance.cancellation();
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(moment);
                cancellation.cancel();
            });
            self.instance.call(step.export, &step.values)
        })
    }

    /// Whether it answers that it has ended, in that call, with that cause.
    fn is_dead(&mut self) -> Result<(), String> {
        let (last, cause) = self.dead.as_ref().expect("the caller looked");
        match self.instance.call("alive", &[]) {
            Err(Error::Dead { export, first })
                if last.contains(&&*export) && first.to_string() == *cause =>
            {
                Ok(())
            }
            other => Err(format!(
                "not as predicted: a dead {} instance ({last:?}: {cause}) came to {other:?}",
                self.known.language
            )),
        }
    }
}

/// Leaves something behind.
fn spoil(sabotage: Sabotage, reactors: &[Guest]) -> Result<(), String> {
    match sabotage {
        Sabotage::Memory => {
            let (_, reactor) = &reactors[0];
            let leaked = reactor.instantiate(&InstanceConfig::new());
            std::mem::forget(leaked.map_err(|error| error.to_string())?);
        }
        Sabotage::Descriptors => {
            let opened = std::fs::File::open(std::env::current_exe().unwrap_or_default());
            std::mem::forget(opened.map_err(|error| error.to_string())?);
        }
        Sabotage::Threads => {
            let spawned = thread::Builder::new().stack_size(64 << 10).spawn(|| {
                loop {
                    thread::park();
                }
            });
            std::mem::forget(spawned.map_err(|error| error.to_string())?);
        }
        Sabotage::Outcome => {}
    }
    Ok(())
}
