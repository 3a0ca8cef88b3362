//! Parity tests: the same calls on each implementation of a plugin, in our host.
//!
//! Each file in `parity/` is a suite, and each case in it a test. Every language must have the
//! expected outcomes, and so all have the same. A failure prints the outcomes as a table, one
//! column a language.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, anyhow, bail};
use libtest_mimic::Trial;
use polyreactor_contract::{Call, CoreType, FuncType};
use polyreactor_host::{
    CallError, Engine, EngineConfig, Instance, InstanceConfig, Outcome, Reactor, TrapKind, Val,
};
use polyreactor_tests::{guest, repository, trial};
use serde::Deserialize;

mod planted;

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for file in fs::read_dir(repository().join("tests/parity")).context("tests/parity")? {
        let path = file?.path();
        if path.is_file() {
            trials.extend(suite_trials(&path)?);
        }
    }
    trials.extend(planted::trials()?);
    Ok(trials)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    languages: Vec<String>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    calls: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// `add(2, 3)`; all arguments are i32.
    call: String,
    #[serde(default = "once")]
    times: u32,
    is: String,
}

fn once() -> u32 {
    1
}

fn suite_trials(file: &Path) -> Result<Vec<Trial>> {
    let plugin = file.file_stem().context("a file")?.to_string_lossy().into_owned();
    let suite: Suite = toml::from_str(&fs::read_to_string(file)?)
        .with_context(|| format!("tests/parity/{plugin}.toml"))?;
    let languages: Arc<[String]> = suite.languages.into();
    // All cases share the compiled plugins; the first one to run compiles them.
    let reactors = Arc::new(OnceLock::new());
    let trials = suite.case.into_iter().map(|case| {
        let name = format!("parity::{plugin}::{}", case.name);
        let (plugin, languages, reactors) = (plugin.clone(), languages.clone(), reactors.clone());
        trial(name, move || {
            let loaded = reactors.get_or_init(|| load(&plugin, &languages).map_err(Arc::new));
            let loaded = loaded.as_ref().map_err(|error| anyhow!("{error:#}"))?;
            compare(&languages, loaded, &case)
        })
    });
    Ok(trials.collect())
}

fn load(plugin: &str, languages: &[String]) -> Result<Vec<Reactor>> {
    let engine = Engine::new(&EngineConfig::new())?;
    let load = |language| Ok(Reactor::from_file(&engine, guest(&format!("{language}/{plugin}"))?)?);
    languages.iter().map(load).collect()
}

fn compare(languages: &[String], reactors: &[Reactor], case: &Case) -> Result<()> {
    let mut instances = Vec::new();
    for reactor in reactors {
        instances.push(reactor.instantiate(&InstanceConfig::new())?);
    }
    let mut rows = vec![["call", "expected"].map(str::to_owned).to_vec()];
    rows[0].extend_from_slice(languages);
    for step in &case.calls {
        let mut row = vec![step.call.clone(), step.is.clone()];
        for instance in &mut instances {
            row.push(outcome(instance, step)?);
        }
        if row[2..].iter().any(|outcome| *outcome != step.is) {
            rows.push(row);
        }
    }
    if rows.len() > 1 {
        bail!("{}", table(&rows));
    }
    Ok(())
}

/// The outcome of the last of the step's calls: its results, or the kind of its error.
fn outcome(instance: &mut Instance, step: &Step) -> Result<String> {
    let parsed = Call::parse(&step.call)?;
    // A call with a wrong number of arguments has no type to parse them by: they are all i32, the
    // only type that the counter has.
    let count = parsed.argument_texts().len();
    let ty = FuncType::new(std::iter::repeat_n(CoreType::I32, count), []);
    let values = parsed.core_arguments(&ty);
    let values = values.map_err(|faults| anyhow!("{}: {}", step.call, faults[0]))?;
    let mut last = String::new();
    for _ in 0..step.times {
        last = match instance.call_dynamic(parsed.name(), &values) {
            Ok(Outcome { results, .. }) => {
                results.iter().map(Val::to_string).collect::<Vec<_>>().join(" ")
            }
            Err(error) => error_name(&error),
        };
    }
    Ok(last)
}

/// The kind of an error, without its message, which depends on the language's runtime.
fn error_name(error: &CallError) -> String {
    if let CallError::Trap(trap) = error {
        return match &trap.kind {
            TrapKind::Other(_) => "Trap(Other)".to_owned(),
            kind => format!("Trap({kind:?})"),
        };
    }
    let debug = format!("{error:?}");
    debug.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

fn table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate();
        let cells = cells.map(|(column, cell)| format!("{cell:0$}", width(column)));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
