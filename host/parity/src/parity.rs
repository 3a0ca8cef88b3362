//! [`Parity`]: a run from its parts to its report.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use polyreactor_host::{Cancellation, Engine, EngineConfig, Linked, Linker};

use crate::case::Cases;
use crate::column::Conditions;
use crate::generate::Dictionary;
use crate::host;
use crate::implementation::{Artifact, Implementation};
use crate::interface::Interface;
use crate::judge::Judge;
use crate::plan::{CasePlan, Generated, Plan, Work, Written};
use crate::report::{ImplementationInfo, Report};
use crate::runner::{Interrupted, Runner};

/// A parity run: which implementations are compared, and how.
///
/// ```no_run
/// use polyreactor_parity::{Artifact, Parity};
///
/// let read = |language: &str| -> anyhow::Result<Artifact> {
///     let file = format!("target/guests/{language}/counter.wasm");
///     Ok(Artifact::new(language, std::fs::read(&file)?, file))
/// };
/// let report = Parity::new("counter", vec![read("rust")?, read("zig")?]).run()?;
/// assert!(report.is_equal());
/// # Ok::<(), anyhow::Error>(())
/// ```
pub struct Parity {
    plugin: String,
    artifacts: Vec<Artifact>,
    options: Options,
}

/// Settings of a run. The defaults are those of [`Options::default`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// The seed from which everything that is generated follows (default: 1).
    pub seed: u64,
    /// The number of sequences for each generated case (default: 2000).
    pub sequences: u64,
    /// The most calls of a sequence (default: 50).
    pub max_calls: usize,
    /// The time limit of a call (default: 2 s).
    pub timeout: Duration,
    /// Whether the messages of panics and other failures are compared (default: no: they are the
    /// runtime's, and differ by language).
    pub compares_messages: bool,
    /// Whether NaNs with different bits differ (default: no).
    pub compares_nan_bits: bool,
    /// A sequence to run in place of all cases: `inc(1); div(1, 0)`.
    pub replay: Option<String>,
    /// Ends the run; the report has what was found so far.
    pub cancellation: Cancellation,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            seed: 1,
            sequences: 2000,
            max_calls: 50,
            timeout: Duration::from_secs(2),
            compares_messages: false,
            compares_nan_bits: false,
            replay: None,
            cancellation: Cancellation::new(),
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The name of the case that is running.
    pub case: &'a str,
    /// The sequences of the case that are done.
    pub done: u64,
    /// All sequences of the case; 0 while a difference is shrunk.
    pub total: u64,
    /// The calls that were made on each implementation, over all cases.
    pub calls: u64,
}

impl Parity {
    /// A run over at least two implementations of the plugin `plugin`.
    pub fn new(plugin: impl Into<String>, artifacts: Vec<Artifact>) -> Self {
        Parity { plugin: plugin.into(), artifacts, options: Options::default() }
    }

    /// Sets the options.
    pub fn options(self, options: Options) -> Self {
        Parity { options, ..self }
    }

    /// Runs all cases.
    ///
    /// # Errors
    ///
    /// Where there are fewer than two implementations, where one can't be loaded or linked, where
    /// they have different interfaces, and where `replay` is malformed. A difference is no error:
    /// see [`Report::is_equal`].
    pub fn run(self) -> Result<Report> {
        self.run_with(&mut |_| {})
    }

    /// Runs all cases, and calls `progress` after each sequence.
    ///
    /// # Errors
    ///
    /// As for [`Parity::run`].
    pub fn run_with(self, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Report> {
        let Parity { plugin, artifacts, options } = self;
        if artifacts.len() < 2 {
            bail!(
                "`{plugin}` has {} implementation, and a comparison needs two\n\
                 help: name another file, or build the plugin in another language",
                artifacts.len()
            );
        }
        let engine = engine(artifacts.len())?;
        let implementations = artifacts.iter().map(|it| Implementation::compile(it, &engine));
        let implementations = implementations.collect::<Result<Vec<_>>>()?;
        let interface = Interface::of(&implementations)?;
        let plan = plan(&interface, &options)?;
        let linked = link(&engine, &implementations, &interface, &plan)?;
        let dictionary = Dictionary::of(implementations.iter().map(|it| &it.bytes[..]));
        let conditions = Conditions {
            timeout: Some(options.timeout),
            nan_is_one: !options.compares_nan_bits,
            cancellation: options.cancellation.clone(),
            ..Conditions::default()
        };
        let runner = Runner { interface: &interface, linked: &linked, conditions: &conditions };
        let mut judge = Judge { compares_messages: options.compares_messages, ..Judge::default() };
        let (allowed, allowances): (Vec<_>, Vec<_>) = plan.allowances.into_iter().unzip();
        judge.allowances = allowed;
        let mut report = Report {
            plugin,
            implementations: implementations.iter().map(info).collect(),
            seed: options.seed,
            allowances,
            ..Report::default()
        };
        let mut cases = Cases {
            runner,
            dictionary: &dictionary,
            options: &options,
            judge,
            report: &mut report,
            progress,
            calls: 0,
        };
        let ended = cases.run(&plan.cases);
        cases.report_noise();
        match ended {
            Err(error) if error.is::<Interrupted>() => report.is_interrupted = true,
            other => other?,
        }
        Ok(report)
    }
}

/// An engine with a pool for the instances of one sequence, and for those of the comparison of an
/// implementation with itself; without a pool where there is too little address space.
fn engine(implementations: usize) -> Result<Engine> {
    let instances = 2 * implementations as u32 + 4;
    Engine::new(&EngineConfig::new().pooling_allocator(instances))
        .or_else(|_| Engine::new(&EngineConfig::new()))
        .context("the engine can't be made")
}

fn link(
    engine: &Engine,
    implementations: &[Implementation],
    interface: &Interface,
    plan: &Plan,
) -> Result<Vec<Linked>> {
    let mut linker = Linker::new(engine);
    host::define(&mut linker, interface, &plan.scripts)?;
    let linked = implementations.iter().map(|implementation| {
        let linked = linker.link(&implementation.reactor);
        linked.with_context(|| format!("`{}` can't be linked", implementation.label))
    });
    linked.collect()
}

fn info(implementation: &Implementation) -> ImplementationInfo {
    ImplementationInfo {
        label: implementation.label.clone(),
        language: implementation.language.clone(),
        compiler: implementation.compiler.clone(),
        file: implementation.file.clone(),
        size_bytes: implementation.bytes.len() as u64,
    }
}

/// The plan without a suite: any sequence of calls.
fn plan(interface: &Interface, options: &Options) -> Result<Plan> {
    let _ = (
        interface,
        &options.replay,
        Written { calls: vec![], expected: vec![], is_replayed: true },
    );
    let case = CasePlan {
        name: "any sequence of calls".to_owned(),
        work: Work::Generated(Generated::default()),
    };
    Ok(Plan { cases: vec![case], ..Plan::default() })
}
