//! The same calls on each implementation of a plugin, through our host: each case is a test.
//!
//! A suite is a file in `parity/`. Outcomes must be the expected ones in every language, and
//! so the same in all; where one is not, a table shows them side by side.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, anyhow, bail};
use libtest_mimic::Trial;
use polyreactor_contract::{Call, CoreType, FuncType};
use polyreactor_host::{Engine, Error, Instance, InstanceConfig, Reactor, TrapKind, Val};
use polyreactor_tests::{guest, repository, trial};
use serde::Deserialize;

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for file in fs::read_dir(repository().join("tests/parity")).context("tests/parity")? {
        trials.extend(suite_trials(&file?.path())?);
    }
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
    /// `add(2, 3)`: numbers of type i32.
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
    // Compiled once, by whichever case comes first.
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
    let engine = Engine::new()?;
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

/// What the last of these calls came to.
fn outcome(instance: &mut Instance, step: &Step) -> Result<String> {
    let parsed = Call::parse(&step.call)?;
    // What a wrong call is passed must be of some type: every counter has these.
    let count = parsed.argument_texts().len();
    let ty = FuncType::new(std::iter::repeat_n(CoreType::I32, count), []);
    let values = parsed.core_arguments(&ty);
    let values = values.map_err(|faults| anyhow!("{}: {}", step.call, faults[0]))?;
    let mut last = String::new();
    for _ in 0..step.times {
        last = match instance.call(parsed.name(), &values) {
            Ok(results) => results.iter().map(Val::to_string).collect::<Vec<_>>().join(" "),
            Err(error) => error_name(&error),
        };
    }
    Ok(last)
}

/// What tells errors apart without the words of a language's runtime.
fn error_name(error: &Error) -> String {
    if let Error::Trap(trap) = error {
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
