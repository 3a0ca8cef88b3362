//! A run: rounds of several threads, with a look at the process after each. A failure says how to see
//! it again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fastrand::Rng;
use polyreactor_host::{Error, InstanceConfig, Reactor};
use polyreactor_tests::faults::{LANGUAGES, engine, load, silence};

use super::life::{Guest, Tally, live};
use super::plan::{Length, Plan};
use super::process::Held;

/// Steps of each thread in a round.
const STEPS: u64 = 100;

/// Rounds after which the process holds what it holds for good.
const WARM_UP: u64 = 3;

/// How often a long run says how far it has come.
const PROGRESS: Duration = Duration::from_secs(10);

pub(crate) fn run(plan: &Plan) -> ExitCode {
    match rounds(plan) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn rounds(plan: &Plan) -> Result<()> {
    let engine = engine()?;
    // To find what is done wrong on purpose the smallest guest is enough.
    let languages = if plan.sabotage.is_some() { &["zig"] } else { &LANGUAGES[..] };
    let reactors = languages.iter().map(|language| Ok((*language, load(&engine, language)?)));
    let reactors: Vec<Guest> = reactors.collect::<Result<_>>()?;
    wait_for_silence(&reactors[0].1)?;
    let begin = Instant::now();
    let mut told = begin;
    let mut figures = Figures::default();
    loop {
        let is_done = match plan.length {
            Length::Rounds(most) => figures.rounds >= most,
            Length::Time(most) => begin.elapsed() >= most && figures.rounds > WARM_UP,
        };
        if is_done {
            break;
        }
        let seed = plan.seed.wrapping_add(figures.rounds);
        figures.take(round(plan, seed, &reactors).map_err(|what| failure(plan, seed, &what))?);
        figures.look().map_err(|what| failure(plan, plan.seed, &what))?;
        if matches!(plan.length, Length::Time(_)) && told.elapsed() >= PROGRESS {
            told = Instant::now();
            eprintln!("{:>5} s: {}", begin.elapsed().as_secs(), figures.line());
        }
    }
    println!("{} in {:.1} s", figures.line(), begin.elapsed().as_secs_f64());
    for (what, count) in &figures.tally {
        println!("{count:>9}  {what}");
    }
    match figures.before {
        Some(before) => println!("after the warm-up: {before}"),
        None => println!("memory, descriptors, threads: not measured, /proc/self is Linux's"),
    }
    Ok(())
}

/// Starts the one thread that reads what never comes: else it would be taken for a leak when a
/// guest first asks.
fn wait_for_silence(reactor: &Reactor) -> Result<()> {
    let mut instance = reactor.instantiate(&InstanceConfig::new().stdin(silence()))?;
    instance.set_timeout(Some(Duration::from_millis(1)));
    let outcome = instance.call("reads", &[]);
    ensure!(matches!(outcome, Err(Error::Timeout { .. })), "silence was read: {outcome:?}");
    Ok(())
}

/// What each thread came to. All instances are dropped when it is over.
fn round(plan: &Plan, seed: u64, reactors: &[Guest]) -> Result<Vec<Tally>, String> {
    let thread = |number: usize| {
        // As many different streams as anyone has threads.
        let random = Rng::with_seed(seed ^ (number as u64) << 48);
        let lived = catch_unwind(AssertUnwindSafe(|| live(reactors, random, STEPS, plan.sabotage)));
        let lived = lived.unwrap_or_else(|_| Err("it panicked (above)".to_owned()));
        lived.map_err(|what| format!("seed {seed}, thread {number}, {what}"))
    };
    let thread = &thread;
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..plan.threads).map(|number| scope.spawn(move || thread(number))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().expect("panics are caught"));
        joined.collect()
    })
}

fn failure(plan: &Plan, seed: u64, what: &str) -> anyhow::Error {
    let threads = plan.threads;
    anyhow::anyhow!("{what}\nagain: cargo xtask soak --seed {seed} --threads {threads}")
}

#[derive(Default)]
struct Figures {
    rounds: u64,
    tally: Tally,
    /// When the warm-up was over.
    before: Option<Held>,
    now: Option<Held>,
}

impl Figures {
    fn take(&mut self, tallies: Vec<Tally>) {
        self.rounds += 1;
        for (what, count) in tallies.into_iter().flatten() {
            *self.tally.entry(what).or_default() += count;
        }
    }

    /// Whether the process holds more than it did after the warm-up.
    fn look(&mut self) -> Result<(), String> {
        self.now = Held::now();
        let Some(mut now) = self.now else { return Ok(()) };
        if self.rounds <= WARM_UP {
            self.before = Some(self.before.map_or(now, |before| before.max(now)));
            return Ok(());
        }
        let before = self.before.expect("there was a warm-up");
        // A thread that has been joined may stand among the tasks for another moment.
        for _ in 0..100 {
            let Some(grown) = now.grown_since(before) else { return Ok(()) };
            if !grown.starts_with("threads") {
                return Err(grown);
            }
            thread::sleep(Duration::from_millis(20));
            now = Held::now().unwrap_or(now);
        }
        now.grown_since(before).map_or(Ok(()), Err)
    }

    fn line(&self) -> String {
        let steps: u64 = self.tally.values().sum();
        let held = self.now.map_or_else(String::new, |now| format!("; {now}"));
        format!("{} rounds, {steps} steps{held}", self.rounds)
    }
}
