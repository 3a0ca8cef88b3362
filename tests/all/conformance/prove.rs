//! Proves of one module that patching mends it and breaks nothing, by the answers that its source
//! promises; what check and patch made of it becomes one line.

use std::borrow::Cow;

use anyhow::{Context, Result, bail, ensure};
use polyreactor_host::convention::{
    Change, CheckOptions, Inspection, PatchOptions, Refused, Severity, Wrapping, check, inspect,
    patch,
};
use polyreactor_host::{CallError, Engine, EngineConfig, InstanceConfig, Outcome, Reactor, Val};

use super::engine::Bare;
use super::header::Call;

/// What was seen of a module.
pub(crate) struct Proof {
    /// In a line, for `seen/`.
    pub(crate) line: String,
    /// Why patch refused it, where it did. Then nothing was changed.
    pub(crate) refused: Option<Refused>,
    /// Whether it came back as the same bytes.
    pub(crate) same: bool,
}

/// Runs a module before and after patching.
///
/// # Errors
///
/// Where the patched one does not answer as it should, or patching it again changes it.
pub(crate) fn prove(bytes: &[u8], calls: &[Call]) -> Result<Proof> {
    let found = match inspect(bytes) {
        Ok(found) => found,
        Err(malformed) => {
            let refused = Some(Refused::Malformed(malformed));
            return Ok(Proof { line: "no module of ours".to_owned(), refused, same: false });
        }
    };
    let before = format!("{}; unpatched {}", shape(&found), Bare::answers(bytes, calls).join(" "));
    let patched = match patch(bytes, &PatchOptions::default()) {
        Ok(patched) => patched,
        Err(refused) => {
            let line = format!("{before}; refused");
            return Ok(Proof { line, refused: Some(refused), same: false });
        }
    };
    let again = patch(&patched.bytes, &PatchOptions::default()).context("patched again")?;
    ensure!(matches!(again.bytes, Cow::Borrowed(_)), "patching it again changes it");

    let expected: Vec<&str> = calls.iter().map(|call| call.is.as_str()).collect();
    let answers = Bare::answers(&patched.bytes, calls);
    ensure!(answers == expected, "patched, it answers {answers:?}, not {expected:?}; {before}");
    let answers = in_our_host(&patched.bytes, calls)?;
    ensure!(answers == expected, "our host: {answers:?}, not {expected:?}; {before}");

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
    let mut answers = Vec::new();
    for call in calls {
        let arguments: Vec<Val> = call.arguments.iter().map(|&n| Val::S32(n)).collect();
        answers.push(match instance.call_dynamic(&call.export, &arguments) {
            Ok(Outcome { results, .. }) => {
                results.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
            // Whether it is told as a trap or as a panic is the host's affair.
            Err(_) if call.is == "trap" => "trap".to_owned(),
            Err(error) => bail!("{}: {error}", call.export),
        });
    }
    Ok(answers)
}

/// Has each of the calls fail in our host, and holds what is told of it against what it owes: the
/// message of a panic, or a line that another error quotes.
pub(crate) fn says(bytes: &[u8], panics: &[Call], quotes: &[Call]) -> Result<()> {
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

/// What check says, short enough to be compared by eye.
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
    let told = diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Note);
    let mut rules: Vec<_> = told.map(|diagnostic| diagnostic.rule.to_string()).collect();
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
