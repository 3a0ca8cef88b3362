//! Proves that `patch` repairs a module and breaks nothing: the patched module must return the
//! results that its source declares. What `check` and `patch` made of it becomes a line of `seen/`.

use std::borrow::Cow;

use anyhow::{Context, Result, bail, ensure};
use polyreactor_host::convention::{
    Change, CheckOptions, Inspection, PatchOptions, Refused, Severity, Wrapping, check, inspect,
    patch,
};
use polyreactor_host::{CallError, Engine, EngineConfig, InstanceConfig, Outcome, Reactor, Val};

use super::engine::Bare;
use super::header::Call;

/// What `check` and `patch` made of a module.
pub(crate) struct Proof {
    /// All of that as one line, for `seen/`.
    pub(crate) line: String,
    /// The error if `patch` refused the module.
    pub(crate) refused: Option<Refused>,
    /// Whether `patch` returned the same bytes.
    pub(crate) same: bool,
}

/// Runs a module before and after patching.
///
/// # Errors
///
/// If the patched module returns other results than declared, in a bare engine or in our host, and
/// if a second `patch` changes it.
pub(crate) fn prove(bytes: &[u8], calls: &[Call]) -> Result<Proof> {
    let found = match inspect(bytes) {
        Ok(found) => found,
        Err(malformed) => {
            let refused = Some(Refused::Malformed(malformed));
            return Ok(Proof { line: "no module of ours".to_owned(), refused, same: false });
        }
    };
    let before = format!("{}; unpatched {}", shape(&found), Bare::results(bytes, calls).join(" "));
    let patched = match patch(bytes, &PatchOptions::default()) {
        Ok(patched) => patched,
        Err(refused) => {
            let line = format!("{before}; refused");
            return Ok(Proof { line, refused: Some(refused), same: false });
        }
    };
    let again = patch(&patched.bytes, &PatchOptions::default()).context("patched again")?;
    ensure!(matches!(again.bytes, Cow::Borrowed(_)), "a second `patch` changes it");

    let expected: Vec<&str> = calls.iter().map(|call| call.is.as_str()).collect();
    let results = Bare::results(&patched.bytes, calls);
    ensure!(results == expected, "patched, it returns {results:?}, not {expected:?}; {before}");
    let results = in_our_host(&patched.bytes, calls)?;
    ensure!(results == expected, "in our host: {results:?}, not {expected:?}; {before}");

    let same = matches!(patched.bytes, Cow::Borrowed(_));
    let exports = functions(&inspect(&patched.bytes).context("patched")?);
    let line = match same {
        true => format!("{before}; the same bytes"),
        false => format!("{before}; {}; exports {exports}", done(&patched.changes)),
    };
    Ok(Proof { line, refused: None, same })
}

fn in_our_host(bytes: &[u8], calls: &[Call]) -> Result<Vec<String>> {
    let reactor = Reactor::from_bytes(&Engine::new(&EngineConfig::new())?, bytes)?;
    let mut instance = reactor.instantiate(&InstanceConfig::new())?;
    let mut outcomes = Vec::new();
    for call in calls {
        let arguments: Vec<Val> = call.arguments.iter().map(|&n| Val::S32(n)).collect();
        outcomes.push(match instance.call_dynamic(&call.export, &arguments) {
            Ok(Outcome { results, .. }) => {
                results.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
            // A trap that a panic has caused is reported as a panic; here both count as a trap.
            Err(_) if call.is == "trap" => "trap".to_owned(),
            Err(error) => bail!("{}: {error}", call.export),
        });
    }
    Ok(outcomes)
}

/// Makes each call in our host, on a new instance, and checks its error: calls of `panics` must be
/// reported as a panic with the declared message, calls of `quotes` as a trap or an exit whose
/// error quotes the declared line.
pub(crate) fn errors_are_as_declared(bytes: &[u8], panics: &[Call], quotes: &[Call]) -> Result<()> {
    if panics.is_empty() && quotes.is_empty() {
        return Ok(());
    }
    let patched = patch(bytes, &PatchOptions::default())?;
    let reactor = Reactor::from_bytes(&Engine::new(&EngineConfig::new())?, &patched.bytes)?;
    let panics = panics.iter().map(|call| (call, true));
    for (call, is_panic) in panics.chain(quotes.iter().map(|call| (call, false))) {
        let arguments: Vec<Val> = call.arguments.iter().map(|&n| Val::S32(n)).collect();
        let mut instance = reactor.instantiate(&InstanceConfig::new())?;
        let has_line = |lines: &[String]| lines.iter().any(|line| line.contains(&call.is));
        match instance.call_dynamic(&call.export, &arguments) {
            Err(CallError::Panic { message, .. }) if is_panic && message == call.is => {}
            Err(error @ (CallError::Trap(_) | CallError::Exit { .. })) if !is_panic => {
                let quoted = error.last_lines().context("no last lines")?;
                ensure!(
                    has_line(&quoted.stdout) || has_line(&quoted.stderr),
                    "{call:?}: {error:?}"
                );
                ensure!(error.to_string().contains(&call.is), "{call:?}: {error}");
            }
            other => bail!("{call:?}: {other:?}"),
        }
    }
    Ok(())
}

/// The verdict of `check` in a few words: the wrapping, and the rules with a warning or an error.
fn shape(found: &Inspection) -> String {
    let wrapping = match &found.wrapping {
        Wrapping::Clean => "clean".to_owned(),
        Wrapping::Wrapped(wrapped) => {
            let around =
                [("constructors", wrapped.constructors), ("destructors", wrapped.destructors)];
            let around = around.iter().filter(|(_, function)| function.is_some());
            let around: Vec<_> = around.map(|(name, _)| *name).collect();
            format!("wrapped in {} (by {:?})", around.join(" and "), wrapped.evidence)
                .to_lowercase()
        }
        Wrapping::Undecided { .. } => "undecided".to_owned(),
        _ => "tangled".to_owned(),
    };
    let diagnostics = check(found, &CheckOptions::default());
    let reported = diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Note);
    let mut rules: Vec<_> = reported.map(|diagnostic| diagnostic.rule.to_string()).collect();
    rules.dedup();
    [wrapping].into_iter().chain(rules).collect::<Vec<_>>().join(" ")
}

fn done(changes: &[Change]) -> String {
    let words = changes.iter().map(|change| match change {
        Change::RemovedLeftovers { exports } => format!("{} leftovers removed", exports.len()),
        Change::DroppedSection { name } => format!("{name} dropped"),
        other => other.in_a_word().to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn functions(found: &Inspection) -> String {
    let mut names: Vec<_> = found.exports.iter().map(|export| export.name.as_str()).collect();
    names.sort_unstable();
    names.join(" ")
}
