//! Planted faults: pairs of plugins that differ in one subtle thing. Each pair is a test: the
//! difference is found from the types alone, and shrunk to a minimal sequence.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result, anyhow, bail, ensure};
use libtest_mimic::Trial;
use polyreactor_contract::{Contract, Draft};
use polyreactor_convention::{PatchOptions, patch};
use polyreactor_parity::report::{Report, Verdict};
use polyreactor_parity::{Artifact, Parity};
use polyreactor_tests::{finish, repository, trial};
use serde::Deserialize;

/// The most executions that shrinking may take for one pair. The median over all pairs is bounded
/// by [`the_median_is_small`].
const MOST_EXECUTIONS: u64 = 1500;

/// The most executions in the median.
const MEDIAN: u64 = 300;

/// A pair: the file `contract.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    /// What differs, for readers.
    #[serde(rename = "fault")]
    _fault: String,
    expect: Expect,
    /// Why a run without a suite does not find the difference, for readers.
    #[serde(rename = "why")]
    _why: Option<String>,
    exports: BTreeMap<String, String>,
    #[serde(default)]
    imports: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    records: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Expect {
    Difference,
    Noise,
    Suite,
}

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        if path.join("contract.toml").is_file() {
            let name = path.file_name().context("a folder")?.to_string_lossy().into_owned();
            trials.push(trial(format!("parity::planted::{name}"), move || check(&path)));
        }
    }
    ensure!(trials.len() == 40, "there are {} pairs and not forty", trials.len());
    trials.push(trial("parity::planted::the_median_is_small", the_median_is_small));
    Ok(trials)
}

fn folder() -> PathBuf {
    repository().join("tests/parity/planted")
}

fn check(pair: &Path) -> Result<()> {
    let (expect, report) = run(pair)?;
    let case = report.cases.last().context("a case")?;
    match (&case.verdict, expect) {
        (Verdict::Different(difference), Expect::Difference) => {
            let shrunk = difference.shrunk.context("a generated sequence is shrunk")?;
            let executions = shrunk.executions;
            ensure!(executions <= MOST_EXECUTIONS, "shrinking took {executions} executions");
            ensure!(case.detail.is_none(), "{:?}", case.detail);
            no_call_can_be_left_out(pair, &difference.replay)
        }
        (Verdict::Equal, Expect::Noise) => {
            ensure!(!report.noise.is_empty(), "the noise was not found");
            Ok(())
        }
        (Verdict::Equal, Expect::Suite) => {
            ensure!(report.noise.is_empty(), "{:?}", report.noise);
            let report = parity(pair)?.1.suite(pair.join("parity.toml"))?.run()?;
            ensure!(!report.is_equal(), "the suite does not find the difference: {report:#?}");
            Ok(())
        }
        (verdict, _) => bail!("{verdict:#?}\nnoise: {:#?}", report.noise),
    }
}

/// Without any one of its calls, a minimal sequence shows no difference.
fn no_call_can_be_left_out(pair: &Path, replay: &str) -> Result<()> {
    let parts: Vec<&str> = replay.split("; ").collect();
    let calls: Vec<usize> = (0..parts.len()).filter(|at| !parts[*at].contains(" => ")).collect();
    for left_out in calls.iter().filter(|_| calls.len() > 1) {
        let mut rest = parts.clone();
        rest.remove(*left_out);
        let rest = rest.join("; ");
        let parity = parity(pair)?.1.options(|options| options.replay = Some(rest.clone()));
        // A later call may use the result of the one that is left out.
        let Ok(report) = parity.run() else { continue };
        ensure!(report.is_equal(), "`{rest}` shows a difference too, and `{replay}` was found");
    }
    Ok(())
}

/// The median of the executions that shrinking takes is at most 300.
fn the_median_is_small() -> Result<()> {
    let mut rows = Vec::new();
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        if !path.join("contract.toml").is_file() {
            continue;
        }
        let (_, report) = run(&path)?;
        if let Some(Verdict::Different(difference)) = report.cases.last().map(|it| &it.verdict) {
            let executions = difference.shrunk.map_or(0, |shrunk| shrunk.executions);
            let name = path.file_name().context("a folder")?.to_string_lossy().into_owned();
            rows.push((executions, name, report.sequences, difference.replay.clone()));
        }
    }
    rows.sort();
    // Shown by `--nocapture`: the table in PARITY.md.
    for (executions, name, sequences, replay) in &rows {
        println!("| {name} | {sequences} | {executions} | `{replay}` |");
    }
    let median = rows.get(rows.len() / 2).context("some difference")?.0;
    ensure!(median <= MEDIAN, "the median is {median}");
    Ok(())
}

/// Runs a pair; the second time, the report of the first is returned.
fn run(pair: &Path) -> Result<(Expect, Report)> {
    type Ran = Arc<OnceLock<Result<(Expect, Report), String>>>;
    static RAN: Mutex<BTreeMap<PathBuf, Ran>> = Mutex::new(BTreeMap::new());
    let ran = {
        let mut all = RAN.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(pair.to_owned()).or_default().clone()
    };
    let ran = ran.get_or_init(|| {
        let run = || -> Result<(Expect, Report)> {
            let (expect, parity) = parity(pair)?;
            Ok((expect, parity.run()?))
        };
        run().map_err(|error| format!("{error:#}"))
    });
    ran.clone().map_err(|error| anyhow!("{error}"))
}

fn parity(pair: &Path) -> Result<(Expect, Parity)> {
    let text = fs::read_to_string(pair.join("contract.toml"))?;
    let parsed: Pair = toml::from_str(&text).with_context(|| pair.display().to_string())?;
    let name = pair.file_name().context("a folder")?.to_string_lossy().into_owned();
    let artifacts = ["left", "right"].map(|side| artifact(&name, side, &contract(&parsed)?));
    let artifacts = artifacts.into_iter().collect::<Result<Vec<_>>>()?;
    Ok((parsed.expect, Parity::new(name, artifacts)))
}

fn artifact(name: &str, side: &str, contract: &Contract) -> Result<Artifact> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}")));
    let built = built.as_ref().map_err(|error| anyhow!("{error}"))?;
    let file = built.join(format!("{}_{side}.wasm", name.replace('-', "_")));
    let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
    let patched = patch(&bytes, &PatchOptions::default())?;
    Ok(Artifact::new(side, contract.append_to(&patched.bytes), file.to_string_lossy()))
}

/// Builds all pairs; returns the folder with the modules.
fn build() -> Result<PathBuf> {
    let target = repository().join("target/planted");
    let mut command = Command::new("cargo");
    command
        .args(["build", "--quiet", "--locked", "--release", "--examples"])
        .args(["--target", "wasm32-wasip1", "--target-dir"])
        .arg(&target)
        .current_dir(folder());
    let finished = finish(&mut command)?;
    ensure!(finished.status.success(), "{}", finished.stderr);
    Ok(target.join("wasm32-wasip1/release/examples"))
}

fn contract(pair: &Pair) -> Result<Contract> {
    let pairs = |table: &BTreeMap<String, String>| -> Vec<(String, String)> {
        table.iter().map(|(name, text)| (name.clone(), text.clone())).collect()
    };
    let tables = |tables: &BTreeMap<String, BTreeMap<String, String>>| -> Vec<_> {
        tables.iter().map(|(name, table)| (name.clone(), pairs(table))).collect()
    };
    let mut draft = Draft::default();
    draft.exports = pairs(&pair.exports);
    draft.imports = tables(&pair.imports);
    draft.records = tables(&pair.records);
    draft.check().map_err(|faults| anyhow!("{faults:?}"))
}
