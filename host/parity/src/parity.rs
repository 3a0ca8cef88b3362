//! [`Parity`]: a run from its parts to its report.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use polyreactor_host::{Engine, EngineConfig, Linked, Linker};

use crate::case::Cases;
use crate::compare::judge::Judge;
use crate::foreign_hosts::ForeignHosts;
use crate::generate::Dictionary;
use crate::plan::{CasePlan, Plan, Recorded, Work};
use crate::plugin::implementation::{Artifact, Implementation};
use crate::plugin::interface::Interface;
use crate::plugin::{self, Plugin};
use crate::program::notation;
use crate::record::Recording;
use crate::report::{CaseKind, ImplementationInfo, Report, Verdict};
use crate::run::column::Conditions;
use crate::run::host;
use crate::run::resources;
use crate::run::runner::{Interrupted, Runner};
use crate::run::test_program::TestProgram;
use crate::settings::{Options, Settings};
use crate::suite::Suite;
use crate::{failures, foreign_hosts};

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
    /// The file of the suite, and its text.
    suite: Option<(PathBuf, String)>,
    /// The folder that `build-guests` wrote; `None` where it is not known.
    guests: Option<PathBuf>,
}

/// How far a run is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The name of the case that is running.
    pub case: &'a str,
    /// The sequences of the case that are done.
    pub done: u64,
    /// All sequences of the case; `None` while a difference is shrunk, where `done` counts the
    /// sequences that were tried, and while every input is tried, where it counts these.
    pub total: Option<u64>,
    /// The calls that were made on each implementation, over all cases.
    pub calls: u64,
}

impl Parity {
    /// A run over at least two implementations of the plugin `plugin`, without a suite: any sequence
    /// of calls.
    pub fn new(plugin: impl Into<String>, artifacts: Vec<Artifact>) -> Self {
        let options = Options::default();
        Parity { plugin: plugin.into(), artifacts, options, suite: None, guests: None }
    }

    /// A run over all implementations of a plugin, with the suite `parity.toml` in its folder, if
    /// there is one. Failures are saved in `parity.failures` there.
    ///
    /// # Errors
    ///
    /// Those of [`Plugin::open`], and where the suite can't be read.
    pub fn of_plugin(folder: impl AsRef<Path>) -> Result<Self> {
        let plugin = Plugin::open(folder.as_ref())?;
        let file = plugin.folder.join("parity.toml");
        let mut parity = Parity::new(plugin.name, plugin.artifacts);
        parity.guests = Some(plugin.guests);
        parity.options.failures = Some(plugin.folder.join("parity.failures"));
        if file.is_file() {
            parity = parity.suite(file)?;
        }
        Ok(parity)
    }

    /// Sets the suite: the file `parity.toml` of a plugin.
    ///
    /// # Errors
    ///
    /// Where the file can't be read. Its content is checked by [`Parity::run`], against the
    /// interface of the implementations.
    pub fn suite(mut self, file: impl Into<PathBuf>) -> Result<Self> {
        let file = file.into();
        let text = fs::read_to_string(&file)
            .with_context(|| format!("`{}` can't be read", file.display()))?;
        self.suite = Some((file, text));
        Ok(self)
    }

    /// Changes the options.
    pub fn options(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self
    }

    /// Runs all cases.
    ///
    /// # Errors
    ///
    /// Where there are fewer than two implementations, where one can't be loaded or linked, where
    /// they have different interfaces, where a foreign host is missing or refuses one, and where the
    /// suite, `replay` or the name of a host is faulty ([`Unusable`]). A difference is no error: see [`Report::is_equal`].
    pub fn run(self) -> Result<Report> {
        self.run_with(&mut |_| {})
    }

    /// Runs all cases, and calls `progress` after each sequence.
    ///
    /// # Errors
    ///
    /// As for [`Parity::run`].
    pub fn run_with(self, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Report> {
        let Parity { plugin, mut artifacts, options, suite, guests } = self;
        if let Some(languages) = suite.as_ref().and_then(|(_, text)| languages(text)) {
            artifacts.retain(|artifact| {
                artifact.language.as_ref().is_none_or(|language| languages.contains(language))
            });
        }
        if artifacts.len() < 2 {
            bail!(
                "`{plugin}` has {} implementation to compare, and a comparison needs two\n\
                 help: name another file, build the plugin in another language, or change the \
                 `languages` of the suite",
                artifacts.len()
            );
        }
        let hosts = foreign_hosts::find(&options.hosts)?;
        let engine = engine(artifacts.len(), false)?;
        let implementations = compile(&artifacts, &engine)?;
        let interface = Interface::of(&implementations)?;
        let typed = interface.for_suite();
        let (folder, suite) = match &suite {
            None => (None, Suite::default_for(&typed)),
            Some((file, text)) => {
                let parsed = Suite::parse(text, file, &typed);
                let parsed = parsed.map_err(|faults| Unusable(faults.to_string()))?;
                (file.parent().map(Path::to_owned), parsed)
            }
        };
        let mut notes = Vec::new();
        notes.extend(interface.not_called.iter().map(|name| {
            format!(
                "the export `{name}` is not called: runtimes export an allocator by that name; \
                 declare it in `plugin.toml` if it is the plugin's"
            )
        }));
        let recording = options.recording.as_deref().map(read_recording).transpose()?;
        let mut plan = plan(&suite, &interface, &implementations, &options, &mut notes)?;
        if let Some(recording) = &recording {
            let recorded = Recorded::of(recording, &interface).map_err(Unusable)?;
            let name = format!("the recording of `{}`", recording.world.plugin);
            plan.run_only(CasePlan { name, work: Work::Recorded(recorded) });
        }
        let programs = match options.replay.is_none() && recording.is_none() {
            true => test_programs(&suite, guests.as_deref(), &engine, &interface, &plugin)?,
            false => Vec::new(),
        };
        let linked = link(&engine, &implementations, &interface, &plan)?;
        let dictionary = Dictionary::of(implementations.iter().map(|it| &it.bytes[..]));
        let mut conditions = Conditions::new(&plugin, &options, &suite, folder.as_ref());
        if let Some(recording) = &recording {
            conditions.args.clone_from(&recording.world.args);
            conditions.env.clone_from(&recording.world.env);
        }
        let settings = Settings::new(&options, &suite);
        // No sequences: the suite, or the caller, wants its cases only.
        plan.cases.retain(|case| match &case.work {
            Work::Generated(generated) => settings.sequences(generated.sequences) > 0,
            Work::Relation(relation) => settings.sequences(relation.sequences) > 0,
            Work::Written(_) | Work::Recorded(_) => true,
        });
        let mut foreign_hosts = ForeignHosts::start(
            hosts,
            &implementations,
            &interface,
            &conditions,
            settings.seed,
            &mut notes,
        )?;
        let runner = Runner { interface: &interface, linked: &linked, conditions: &conditions };
        let (allowances, shown) = plan.allowances.iter().cloned().unzip();
        let judge =
            Judge { compares_messages: settings.compares_messages, allowances, ..Judge::default() };
        let mut report = Report {
            plugin,
            implementations: implementations.iter().map(info).collect(),
            seed: settings.seed,
            allowances: shown,
            notes,
            ..Report::default()
        };
        let mut cases = Cases {
            runner,
            implementations: implementations.len(),
            dictionary: &dictionary,
            settings: &settings,
            judge,
            report: &mut report,
            progress,
            answered: (0..interface.imports.len())
                .filter(|import| !plan.scripts.contains_key(import))
                .collect(),
            calls: 0,
        };
        let ended = cases.run_everywhere(&plan.cases, foreign_hosts.as_mut());
        let ended = ended.and_then(|()| cases.test_programs(&programs));
        cases.report_noise();
        let ended = ended.and_then(|()| {
            let Some(resources) = &plan.resources else { return Ok(()) };
            let engine = self::engine(artifacts.len(), true)?;
            let compiled = compile(&artifacts, &engine)?;
            let linked = link(&engine, &compiled, &interface, &plan)?;
            let (measured, notes) =
                resources::measure(resources, &interface, &linked, &conditions, settings.seed)?;
            report.resources = measured;
            report.notes.extend(notes);
            Ok(())
        });
        match ended {
            Err(error) if error.is::<Interrupted>() => report.is_interrupted = true,
            other => other?,
        }
        if options.replay.is_some() || options.recording.is_some() {
            // The other cases, for which these allowances are, were not run.
            report.allowances.retain(|allowance| allowance.uses > 0);
        }
        save_failures(&report, &options)?;
        Ok(report)
    }
}

/// The languages that a suite compares, which decide with which interface the suite is checked;
/// `None` for all, and where the suite is malformed, of which its check tells.
fn languages(text: &str) -> Option<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Languages {
        languages: Option<Vec<String>>,
    }
    toml::from_str::<Languages>(text).ok()?.languages
}

/// The test programs that a suite names, in all languages that they are built in.
fn test_programs(
    suite: &Suite,
    guests: Option<&Path>,
    engine: &Engine,
    interface: &Interface,
    plugin: &str,
) -> Result<Vec<TestProgram>> {
    let mut programs = Vec::new();
    for name in &suite.tests {
        let guests = guests.context(
            "the suite names test programs, and only the run of a plugin's folder finds them",
        )?;
        for artifact in plugin::artifacts(guests, name)? {
            programs.push(TestProgram::new(name, &artifact, engine, interface, plugin)?);
        }
    }
    Ok(programs)
}

fn read_recording(file: &Path) -> Result<Recording> {
    let opened = fs::File::open(file);
    let opened = opened.with_context(|| format!("`{}` can't be read", file.display()))?;
    Recording::read(opened).with_context(|| format!("`{}`", file.display()))
}

/// The error of a suite or a sequence that can't be used as it is written: the wrong use of a
/// command, where a difference is a result.
#[derive(Debug)]
pub struct Unusable(pub(crate) String);

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

fn compile(artifacts: &[Artifact], engine: &Engine) -> Result<Vec<Implementation>> {
    artifacts.iter().map(|artifact| Implementation::compile(artifact, engine)).collect()
}

/// Saves the sequences that were generated and that differ.
fn save_failures(report: &Report, options: &Options) -> Result<()> {
    let Some(file) = &options.failures else { return Ok(()) };
    for case in &report.cases {
        if let (CaseKind::Generated | CaseKind::Exhaustive, Verdict::Different(difference)) =
            (case.kind, &case.verdict)
        {
            failures::add(file, &difference.replay)?;
        }
    }
    Ok(())
}

/// An engine with a pool for the instances of one sequence, and for those of the comparison of an
/// implementation with itself; without a pool where there is too little address space.
fn engine(implementations: usize, counts_fuel: bool) -> Result<Engine> {
    let instances = 2 * implementations as u32 + 4;
    let config = match counts_fuel {
        true => EngineConfig::new().count_fuel(),
        false => EngineConfig::new(),
    };
    Engine::new(&config.clone().pooling_allocator(instances))
        .or_else(|_| Engine::new(&config))
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

/// The cases of the run: the sequence to replay; or the failures of earlier runs, then the suite.
fn plan(
    suite: &Suite,
    interface: &Interface,
    implementations: &[Implementation],
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<Plan> {
    let mut plan = Plan::of(suite, interface, implementations);
    if let Some(text) = &options.replay {
        let written = notation::parse(text, interface)
            .map_err(|fault| Unusable(format!("the sequence to replay is faulty: {fault}")))?;
        let name = "the sequence to replay".to_owned();
        plan.run_only(CasePlan { name, work: Work::Written(written) });
        return Ok(plan);
    }
    let mut saved = Vec::new();
    for line in options.failures.as_deref().map(failures::load).transpose()?.unwrap_or_default() {
        match notation::parse(&line, interface) {
            Ok(written) => {
                let name = format!("saved: {line}");
                saved.push(CasePlan { name, work: Work::Written(written) });
            }
            Err(fault) => notes.push(format!(
                "a saved failure no longer fits the plugin, and was not made: `{line}`: {fault}"
            )),
        }
    }
    plan.cases.splice(0..0, saved);
    Ok(plan)
}
