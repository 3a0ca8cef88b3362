//! `polyreactor parity --hosts`: the examples are equal across all hosts, as the command says.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use polyreactor_tests::{
    finish, go_build, node, python_with_wasmtime, repository, repository_program, trial,
};
use serde_json::Value;

const HOSTS: &str = "polyreactor,node,wasmtime-py,wazero";

pub(super) fn trials() -> Vec<Trial> {
    let examples = ["counter", "wordcount"];
    let trials = examples.map(|example| {
        trial(format!("parity::hosts::{example}_is_equal_in_all"), move || is_equal(example))
    });
    trials.into()
}

fn is_equal(example: &str) -> Result<()> {
    let cache = tempfile::tempdir()?;
    let python = python_with_wasmtime()?;
    // `cargo xtask test` has built the adapter.
    let wazero = match std::env::var_os("POLYREACTOR_HOST_WAZERO") {
        Some(built) => PathBuf::from(built),
        None => {
            let program = format!("wazero{}", std::env::consts::EXE_SUFFIX);
            let wazero = cache.path().join(program);
            go_build(&repository().join("host/parity/src/foreign/wazero"), &wazero)?;
            wazero
        }
    };
    let mut parity = Command::new(repository_program("polyreactor")?);
    parity.arg("parity").arg(repository().join("examples").join(example));
    parity.args(["--hosts", HOSTS, "--sequences", "10", "--json"]);
    parity.env("POLYREACTOR_CACHE", cache.path());
    parity.env("POLYREACTOR_HOST_NODE", node()?.get_program());
    parity.env("POLYREACTOR_HOST_WASMTIME_PY", python.get_program());
    parity.env("POLYREACTOR_HOST_WAZERO", &wazero);
    // The path on which Python finds the package.
    parity.envs(python.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let report = finish(&mut parity)?.success()?.stdout;
    let report: Value = serde_json::from_str(&report).context("the report")?;
    let lengths = ["implementations", "cases"].map(|key| report[key].as_array().map(Vec::len));
    let [Some(columns), Some(cases)] = lengths else { anyhow::bail!("{report:#}") };
    ensure!(columns == 4 * 3, "{columns} columns: {report:#}");
    let first = report["foreign"]["cases_from"].as_u64().context("cases in foreign hosts")?;
    ensure!((first as usize) < cases, "no case was run in foreign hosts: {report:#}");
    Ok(())
}
