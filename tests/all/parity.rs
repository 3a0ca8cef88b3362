//! Parity tests: the same calls on every implementation of a plugin.
//!
//! Each example with a `parity.toml` is a test. `parity/planted.rs` has pairs of plugins that differ
//! in one subtle thing.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail, ensure};
use libtest_mimic::Trial;
use polyreactor_host::{Engine, EngineConfig, ErrorKind, InstanceConfig, Reactor, Val};
use polyreactor_parity::{Artifact, Parity, check};
use polyreactor_tests::{finish, guest, repository, repository_program, trial};
use sha2::{Digest, Sha256};

mod hosts;
mod page;
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
    let name = "parity::a_test_program_fails_where_an_implementation_is_wrong";
    trials.push(trial(name, test_program_fails));
    trials.push(page::trial());
    trials.extend(planted::trials()?);
    Ok(trials)
}

/// A test program fails on an implementation that is wrong, and passes on the others.
fn test_program_fails() -> Result<()> {
    let wrong = r#"
        (module
          (memory (export "memory") 1)
          (func (export "_initialize"))
          (func (export "add") (param i32 i32) (result i32) (local.get 0))
          (func (export "inc") (param i32) (result i32) (local.get 0)))"#;
    let folder = tempfile::tempdir()?;
    let guests = folder.path().join("guests");
    fs::create_dir(&guests)?;
    fs::write(guests.join("wrong.wasm"), wat::parse_str(wrong)?)?;
    fs::write(folder.path().join("plugin.toml"), "name = \"counter\"\n")?;
    let suite = "tests = [\"counter_tests\"]\nsequences = 0\n";
    fs::write(folder.path().join("parity.toml"), suite)?;
    let entry = |name: &str, language: &str, path: &Path| -> Result<serde_json::Value> {
        let bytes = fs::read(guests.join(path))?;
        let hash =
            Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let compiler = serde_json::json!({ "name": "none", "version": "1.0.0" });
        Ok(serde_json::json!({
            "name": name, "language": language, "path": path, "sha256": hash, "compiler": compiler,
        }))
    };
    let guests_built = [
        entry("counter", "rust", &guest("rust/counter")?)?,
        entry("counter", "zig", Path::new("wrong.wasm"))?,
        entry("counter_tests", "zig", &guest("zig/counter_tests")?)?,
    ];
    let manifest = serde_json::json!({ "schema": 1, "guests": guests_built });
    fs::write(guests.join("manifest.json"), manifest.to_string())?;
    let mut command = Command::new(repository_program("polyreactor")?);
    command.arg("parity").arg(folder.path()).env("POLYREACTOR_GUESTS", &guests);
    let finished = finish(&mut command)?;
    ensure!(finished.status.code() == Some(1), "{finished:?}");
    for line in ["increments_add_up()", "passed           {rust}", "returned false   {zig}"] {
        ensure!(finished.stdout.contains(line), "{line} is not in\n{}", finished.stdout);
    }
    Ok(())
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
