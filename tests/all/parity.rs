//! Parity tests: the same calls on every implementation of a plugin.
//!
//! Each example with a `parity.toml` is a test. `parity/planted.rs` has pairs of plugins that differ
//! in one subtle thing.

use std::fs;

use anyhow::{Result, bail, ensure};
use libtest_mimic::Trial;
use polyreactor_host::{Engine, EngineConfig, ErrorKind, InstanceConfig, Reactor, Val};
use polyreactor_parity::{Artifact, Parity, check};
use polyreactor_tests::{guest, repository, trial};

mod hosts;
mod planted;

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for entry in fs::read_dir(repository().join("examples"))? {
        let folder = entry?.path();
        if folder.join("parity.toml").is_file() {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            trials.push(trial(format!("parity::examples::{name}"), move || check(&folder)));
        }
    }
    ensure!(trials.len() >= 3, "there are {} examples with a suite", trials.len());
    for language in ["rust", "go", "zig"] {
        let name = format!("parity::{language}::refused_calls_leave_the_instance_usable");
        trials.push(trial(name, move || refused_calls(language)));
        let name = format!("parity::{language}::an_implementation_equals_itself");
        trials.push(trial(name, move || equals_itself(language)));
    }
    trials.extend(hosts::trials());
    trials.extend(planted::trials()?);
    Ok(trials)
}

/// Calls that the host refuses never reach the guest, so the instance stays usable.
fn refused_calls(language: &str) -> Result<()> {
    let engine = Engine::new(&EngineConfig::new())?;
    let reactor = Reactor::from_file(&engine, guest(&format!("{language}/counter"))?)?;
    let mut instance = reactor.instantiate(&InstanceConfig::new())?;
    let one = Val::from(1);
    let calls: [(&str, &[Val], ErrorKind); 4] = [
        ("inc", &[], ErrorKind::TypeMismatch),
        ("inc", &[one.clone(), Val::from(2)], ErrorKind::TypeMismatch),
        ("dec", std::slice::from_ref(&one), ErrorKind::NoSuchExport),
        ("_initialize", &[], ErrorKind::NoSuchExport),
    ];
    for (name, arguments, expected) in calls {
        match instance.call_dynamic(name, arguments) {
            Err(error) => ensure!(error.kind() == expected, "{name}: {error:?}"),
            Ok(outcome) => bail!("{name} returned{outcome}"),
        }
    }
    ensure!(instance.call::<i32>("inc", (1,))? == 21);
    Ok(())
}

/// In one world, two instances of one implementation are equal to the byte, whatever they read of
/// clocks and randomness. `faults` has exports that print and return both.
fn equals_itself(language: &str) -> Result<()> {
    let file = guest(&format!("{language}/faults"))?;
    let bytes = fs::read(&file)?;
    let artifact = |label: &str| Artifact::new(label, bytes.clone(), file.to_string_lossy());
    let parity = Parity::new("faults", vec![artifact("one"), artifact("two")]);
    let report = parity.options(|options| options.replay = Some("fingerprint()".into())).run()?;
    ensure!(report.noise.is_empty(), "{:?}", report.noise);
    ensure!(report.is_equal(), "{report:#?}");
    Ok(())
}
