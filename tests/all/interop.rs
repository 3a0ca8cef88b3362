//! Interop tests: the built counters in foreign WebAssembly hosts. Each pair of a host and a guest
//! is a test.
//!
//! A host is a folder in `interop/` with an adapter and `host.rs`, which returns the command that
//! runs the adapter. An adapter is a program with the arguments `FILE CALL...`, where a call is
//! `inc(1)`. The adapter prints a line for each result and passes the guest's stderr through. On a
//! failure it prints a message and exits with a status other than 0. `interop/expectations.toml`
//! holds the results that every host must print.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use polyreactor_tests::{finish, guest, repository, trial};
use serde::Deserialize;

#[path = "../interop/node/host.rs"]
mod node;
#[path = "../interop/wasmtime-py/host.rs"]
mod wasmtime_py;
#[path = "../interop/wazero/host.rs"]
mod wazero;

/// A host's folder, and the function that returns the command of its adapter.
type Host = (&'static str, fn() -> Result<Command>);

const HOSTS: [Host; 3] =
    [("node", node::adapter), ("wasmtime-py", wasmtime_py::adapter), ("wazero", wazero::adapter)];

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let expectations = read().context("tests/interop/expectations.toml")?;
    let mut trials = vec![trial("interop::every_folder_is_a_host", every_folder_is_a_host)];
    for host in HOSTS {
        for case in &expectations.case {
            for guest in &case.guests {
                let name = format!("interop::{}::{}", host.0, guest.replace('/', "::"));
                let (case, guest) = (case.clone(), guest.clone());
                trials.push(trial(name, move || check(host, &guest, &case)));
            }
        }
    }
    Ok(trials)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectations {
    case: Vec<Case>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    guests: Vec<String>,
    calls: Vec<(String, String)>,
    stderr: String,
}

fn read() -> Result<Expectations> {
    let file = repository().join("tests/interop/expectations.toml");
    Ok(toml::from_str(&std::fs::read_to_string(file)?)?)
}

fn check((host, adapter): Host, name: &str, case: &Case) -> Result<()> {
    let file = guest(&format!("{name}/counter"))?;
    let mut command = adapter()?;
    command.arg(file).args(case.calls.iter().map(|(call, _)| call));
    let finished =
        finish(&mut command)?.success().with_context(|| format!("{host} with {name}"))?;
    let results: Vec<&str> = finished.stdout.lines().collect();
    let expected: Vec<&str> = case.calls.iter().map(|(_, result)| result.as_str()).collect();
    ensure!(results == expected, "{:?} returned {results:?}, not {expected:?}", case.calls);
    ensure!(
        finished.stderr == case.stderr,
        "stderr is {:?}, not {:?}",
        finished.stderr,
        case.stderr
    );
    Ok(())
}

fn every_folder_is_a_host() -> Result<()> {
    for entry in std::fs::read_dir(repository().join("tests/interop"))? {
        let entry = entry?;
        let name = entry.file_name();
        let is_host = HOSTS.iter().any(|(host, _)| name == *host);
        ensure!(
            is_host || entry.path().is_file(),
            "the folder {name:?} is not listed in HOSTS of tests/all/interop.rs"
        );
    }
    Ok(())
}
