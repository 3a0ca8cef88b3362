//! A soak run: rounds of several threads. After each round the process is checked for leaks. The
//! error of a failed run contains the command that repeats it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fastrand::Rng;
use polyreactor_host::{CallError, InstanceConfig, Linked};
use polyreactor_tests::faults::{LANGUAGES, engine, load, silence};

use super::life::{Guest, Tally, live};
use super::plan::{Length, Plan};
use super::process::Held;

/// Steps of each thread in a round.
const STEPS: u64 = 100;

/// Number of rounds before the resources of the process are taken as the baseline.
const WARM_UP: u64 = 3;

/// Interval at which a long run prints its progress.
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
    // For a sabotaged run the smallest guest, the one in Zig, is enough.
    let languages = if plan.sabotage.is_some() { &["zig"] } else { &LANGUAGES[..] };
    let reactors = languages.iter().map(|language| Ok((*language, load(&engine, language)?)));
    let reactors: Vec<Guest> = reactors.collect::<Result<_>>()?;
    wait_for_silence(&reactors[0].1)?;
    let begin = Instant::now();
    let mut last_report = begin;
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
        figures.check_leaks().map_err(|what| failure(plan, plan.seed, &what))?;
        if matches!(plan.length, Length::Time(_)) && last_report.elapsed() >= PROGRESS {
            last_report = Instant::now();
            eprintln!("{:>5} s: {}", begin.elapsed().as_secs(), figures.line());
        }
    }
    println!("{} in {:.1} s", figures.line(), begin.elapsed().as_secs_f64());
    for (what, count) in &figures.tally {
        println!("{count:>9}  {what}");
    }
    match figures.before {
        Some(before) => println!("after the warm-up: {before}"),
        None => println!("memory, descriptors, threads: not measured (only Linux has /proc/self)"),
    }
    Ok(())
}

/// Starts the one thread that reads the silent input before the baseline is measured. Otherwise the
/// thread would start at a guest's first read, and count as a leak.
fn wait_for_silence(reactor: &Linked) -> Result<()> {
    let mut instance = reactor.instantiate(&InstanceConfig::new().stdin(silence()))?;
    instance.set_timeout(Some(Duration::from_millis(1)));
    let outcome = instance.call_dynamic("reads", &[]);
    ensure!(matches!(outcome, Err(CallError::Timeout { .. })), "silence was read: {outcome:?}");
    Ok(())
}

/// Runs the threads of one round and returns their tallies. All instances are dropped at the end.
fn round(plan: &Plan, seed: u64, reactors: &[Guest]) -> Result<Vec<Tally>, String> {
    let thread = |number: usize| {
        // The thread's number changes the high bits and the round's the low ones: no two runs of
        // `live` share a seed.
        let random = Rng::with_seed(seed ^ (number as u64) << 48);
        let lived = catch_unwind(AssertUnwindSafe(|| live(reactors, random, STEPS, plan.sabotage)));
        let lived = lived.unwrap_or_else(|_| Err("the host panicked (see above)".to_owned()));
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
    /// The baseline: the largest of each resource after the rounds of the warm-up.
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

    /// Fails if the process has more resources than after the warm-up.
    fn check_leaks(&mut self) -> Result<(), String> {
        self.now = Held::now();
        let Some(mut now) = self.now else { return Ok(()) };
        if self.rounds <= WARM_UP {
            self.before = Some(self.before.map_or(now, |before| before.max(now)));
            return Ok(());
        }
        let before = self.before.expect("there was a warm-up");
        // A joined thread may still be listed in /proc/self/task for a moment: up to 2 s.
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
