//! One thread of a round: makes, calls and drops instances at random, compares every outcome with
//! its prediction, and counts the outcomes.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use polyreactor_host::{CallError, Input, Instance, InstanceConfig, Linked, Outcome, Output};
use polyreactor_tests::faults::{inner, silence};

use super::plan::Sabotage;
use super::predicted::{End, Predicted};
use super::steps::{Known, MEMORY, Stdin, Step, step};

/// The number of steps by their outcome.
pub(crate) type Tally = BTreeMap<&'static str, u64>;

/// Maximum number of instances that a thread has at a time.
const MAX_INSTANCES: usize = 4;

/// The deadline of calls that end by themselves: longer than any takes, on a busy machine too.
const GENEROUS: Duration = Duration::from_secs(100);

/// The plugin `faults`: its language, and the linked module.
pub(crate) type Guest = (&'static str, Linked);

/// An instance, and why it is poisoned, if it is.
struct Life {
    instance: Instance,
    known: Known,
    /// The exports in which it may have been poisoned, and the first cause.
    poisoned: Option<(Vec<&'static str>, String)>,
}

/// Takes that many steps. An error names the step, the prediction and the outcome.
pub(crate) fn live(
    reactors: &[Guest],
    mut random: Rng,
    steps: u64,
    sabotage: Option<Sabotage>,
) -> Result<Tally, String> {
    let mut tally = Tally::new();
    let mut lives: Vec<Life> = Vec::new();
    for number in 1..=steps {
        let in_step = |what: String| format!("step {number}: {what}");
        sabotage.iter().try_for_each(|sabotage| spoil(*sabotage, reactors)).map_err(in_step)?;
        match random.u8(..8) {
            _ if lives.is_empty() => {
                lives.push(Life::begin(reactors, &mut random).map_err(in_step)?);
            }
            0 | 1 if lives.len() < MAX_INSTANCES => {
                lives.push(Life::begin(reactors, &mut random).map_err(in_step)?);
            }
            2 => drop(lives.swap_remove(random.usize(..lives.len()))),
            _ => {
                let chosen = random.usize(..lives.len());
                let wrong = sabotage == Some(Sabotage::Outcome) && number > steps / 2;
                let done = lives[chosen].go_on(&mut random, wrong).map_err(in_step)?;
                *tally.entry(done).or_default() += 1;
                // Most steps should be calls of instances that are not poisoned.
                if lives[chosen].poisoned.is_some() && random.bool() {
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
        let mut config = InstanceConfig::new().max_memory_bytes(MEMORY);
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
            Ok(instance) => Ok(Life { instance, known, poisoned: None }),
            Err(error) => Err(format!("instantiating the {} guest: {error}", known.language)),
        }
    }

    /// Makes one more call. Returns the outcome as an entry of the tally.
    fn go_on(&mut self, random: &mut Rng, wrong: bool) -> Result<&'static str, String> {
        if self.poisoned.is_some() {
            self.is_poisoned()?;
            return Ok("calls of poisoned instances");
        }
        let step = step(&mut self.known, random);
        let outcome = self.take(&step);
        if wrong || !step.predicted.is(&outcome) {
            let outcome =
                outcome.map_or_else(|error| error.to_string(), |is| format!("{:?}", is.results));
            return Err(format!("not as predicted: {:?}: {step:?}: {outcome}", self.known));
        }
        match (&step.predicted, &outcome) {
            (Predicted::End(end, inside), Err(error)) => {
                let mut last = vec![*inside];
                if matches!(end, End::Timeout | End::Cancelled) {
                    // The deadline or cancellation may have come before the inner call began.
                    last.push(step.export);
                }
                self.poisoned = Some((last, inner(error).to_string()));
                self.is_poisoned().map_err(|what| format!("{what} (after {step:?})"))?;
                Ok(end.word())
            }
            (Predicted::Refused(_), _) => Ok("refused calls"),
            _ => Ok("results"),
        }
    }

    fn take(&mut self, step: &Step) -> Result<Outcome, CallError> {
        self.instance.set_timeout(Some(step.deadline.unwrap_or(GENEROUS)));
        let Some(moment) = step.cancelled_after else {
            return self.instance.call_dynamic(step.export, &step.values);
        };
        let cancellation = self.instance.cancellation();
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(moment);
                cancellation.cancel();
            });
            self.instance.call_dynamic(step.export, &step.values)
        })
    }

    /// Checks that a call returns `Poisoned`, with the export and the first cause.
    fn is_poisoned(&mut self) -> Result<(), String> {
        let (last, cause) = self.poisoned.as_ref().expect("the caller has checked that it is");
        match self.instance.call_dynamic("alive", &[]) {
            Err(CallError::Poisoned { export, first })
                if last.contains(&&*export) && first.to_string() == *cause =>
            {
                Ok(())
            }
            other => Err(format!(
                "not as predicted: a poisoned {} instance ({last:?}: {cause}) returned {other:?}",
                self.known.language
            )),
        }
    }
}

/// Leaks an instance, a file or a thread.
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
