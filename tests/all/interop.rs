//! The counters as built, in WebAssembly hosts that are not ours; each host and guest is a test.
//!
//! A host is a folder in `interop/`: a program that takes `FILE CALL...`, where a call is
//! `inc(1)`, prints a line for each result, leaves the guest's stderr to its own, and ends
//! with a message and a status other than 0 where something fails; and `host.rs`, which
//! tells how to start it. What they all must answer is in `interop/expectations.toml`.

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

/// A host's folder, and how it is started.
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
    let answered: Vec<&str> = finished.stdout.lines().collect();
    let expected: Vec<&str> = case.calls.iter().map(|(_, result)| result.as_str()).collect();
    ensure!(answered == expected, "{:?} answered {answered:?}, not {expected:?}", case.calls);
    ensure!(
        finished.stderr == case.stderr,
        "on stderr stands {:?}, not {:?}",
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
            "no host named {name:?} in tests/all/interop.rs"
        );
    }
    Ok(())
}
