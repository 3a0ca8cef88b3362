//! [`play`]: makes the calls of a recording on another implementation, and stops at the first
//! difference.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use polyreactor_contract::{Call, CallText, Val};
use polyreactor_host::{
    Cancellation, Engine, EngineConfig, InstanceConfig, InstantiateError, Linker, Output,
};

use super::format::{HostEvent, Recording};
use crate::compare::observe::{End, Failure, Observation};
use crate::plugin::implementation::{Artifact, Implementation};
use crate::plugin::interface::Interface;
use crate::program::Answer;
use crate::program::notation;
use crate::run::streams::Stream;

/// What came of a replay.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Played {
    /// The number of calls that were made, `_initialize` not counted.
    pub calls: usize,
    /// The first difference; `None` where all calls were as recorded.
    pub divergence: Option<Divergence>,
    /// The CALL that a time limit or a cancellation has ended when it was recorded. Neither this call
    /// nor a later one was made.
    pub stopped_before: Option<String>,
}

/// The first difference between a recording and its replay.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Divergence {
    /// The number of the call, from 1; 0 for `_initialize`.
    pub number: usize,
    /// The CALL.
    pub call: String,
    /// What differs: `host call 2`, `outcome`, `stdout`.
    pub what: String,
    /// What was recorded.
    pub recorded: String,
    /// What the replay has shown.
    pub replayed: String,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Divergence { number, call, what, recorded, replayed } = self;
        write!(
            f,
            "call {number}, `{call}`: {what} differs\n  recorded: {recorded}\n  replayed: {replayed}"
        )
    }
}

/// The host calls of the running step that are still to come, and the first that differs.
#[derive(Default)]
struct Expected {
    events: VecDeque<HostEvent>,
    made: usize,
    difference: Option<(usize, String, String)>,
}

/// Makes the calls of a recording on the implementation `artifact`, in the recorded world. Host
/// functions answer as recorded.
///
/// # Errors
///
/// Where the module can't be loaded, and where a recorded call does not fit its exports.
pub fn play(
    recording: &Recording,
    artifact: &Artifact,
    cancellation: &Cancellation,
) -> Result<Played> {
    let engine = Engine::new(&EngineConfig::new())?;
    let implementation = Implementation::compile(artifact, &engine)?;
    let interface = Interface::of(std::slice::from_ref(&implementation))?;
    let expected = Arc::new(Mutex::new(Expected::default()));
    let mut linker = Linker::new(&engine);
    for import in &interface.imports {
        let (name, expected) = (format!("{}.{}", import.module, import.name), expected.clone());
        let result = import.signature.result().cloned();
        linker.func_dynamic(
            &import.module,
            &import.name,
            &import.signature,
            move |_, arguments| {
                let call = CallText { name: &name, arguments }.to_string();
                answer(&mut lock(&expected), call, result.as_ref())
            },
        )?;
    }
    let linked = linker.link(&implementation.reactor)?;
    let (stdout, stderr) = (Stream::default(), Stream::default());
    let config = recording
        .world
        .apply(InstanceConfig::new().no_timeout())
        .cancellation(cancellation)
        .stdout(Output::writer(stdout.clone()))
        .stderr(Output::writer(stderr.clone()));
    let mut steps = recording.steps.iter().peekable();
    let first = steps.next_if(|step| step.call == "_initialize");
    lock(&expected).begin(first.map_or(&[], |step| &step.host_calls));
    let made = linked.instantiate(&config);
    let outcome = match &made {
        Ok(_) => "returned".to_owned(),
        Err(InstantiateError::InitFailed { cause, .. }) => {
            let end = End::Failed(Box::new(Failure::of(cause)));
            Observation { end, effects: None }.outcome()
        }
        Err(error) => return Err(anyhow!("an instance can't be made: {error}")),
    };
    let mut number = 0;
    let mut compare = |call: &str, step: Option<&super::Step>, outcome: String| {
        let mut expected = lock(&expected);
        let text = |stream: &Stream| stream.take().map(|it| it.text()).unwrap_or_default();
        let (stdout, stderr) = (text(&stdout), text(&stderr));
        let Some(step) = step else {
            // A recording without its `_initialize`, which had returned if calls follow.
            number += 1;
            return (outcome != "returned").then(|| Divergence {
                number: 0,
                call: call.to_owned(),
                what: "outcome".to_owned(),
                recorded: "returned".to_owned(),
                replayed: outcome,
            });
        };
        let missing = expected.events.front().map(|event| event.call.clone());
        let made = expected.made;
        let differs = |what: &str, recorded: &str, replayed: &str| Divergence {
            number,
            call: call.to_owned(),
            what: what.to_owned(),
            recorded: recorded.to_owned(),
            replayed: replayed.to_owned(),
        };
        let found = if let Some((at, recorded, replayed)) = expected.difference.take() {
            Some(differs(&format!("host call {at}"), &recorded, &replayed))
        } else if let Some(missing) = missing {
            Some(differs(&format!("host call {}", made + 1), &missing, "none"))
        } else if step.outcome != outcome {
            Some(differs("outcome", &step.outcome, &outcome))
        } else if step.stdout != stdout {
            Some(differs("stdout", &format!("{:?}", step.stdout), &format!("{stdout:?}")))
        // After a failure, standard error has the message of the language's runtime.
        } else if step.stderr != stderr && !is_failure(&outcome) {
            Some(differs("stderr", &format!("{:?}", step.stderr), &format!("{stderr:?}")))
        } else {
            None
        };
        number += 1;
        found
    };
    if let Some(divergence) = compare("_initialize", first, outcome) {
        return Ok(Played { calls: 0, divergence: Some(divergence), stopped_before: None });
    }
    let is_made = |calls| Played { calls, divergence: None, stopped_before: None };
    let Ok(mut instance) = made else { return Ok(is_made(0)) };
    let mut calls = 0;
    for step in steps {
        // Such a call would not end here either.
        if ["timeout", "cancelled"].contains(&&*step.outcome) {
            return Ok(Played { stopped_before: Some(step.call.clone()), ..is_made(calls) });
        }
        let (name, values) = parse(&step.call, &interface)
            .with_context(|| format!("call {} of the recording, `{}`", calls + 1, step.call))?;
        lock(&expected).begin(&step.host_calls);
        let end = End::of(instance.call_dynamic(&name, &values), false);
        calls += 1;
        let outcome = Observation { end, effects: None }.outcome();
        if let Some(divergence) = compare(&step.call, Some(step), outcome) {
            return Ok(Played { calls, divergence: Some(divergence), stopped_before: None });
        }
    }
    Ok(is_made(calls))
}

/// Whether an outcome is that of a call that failed. A value in WAVE never is one of these words.
fn is_failure(outcome: &str) -> bool {
    ["panic", "trap", "exit", "stack-overflow", "out-of-memory", "host-function"]
        .iter()
        .any(|word| outcome.split(' ').next() == Some(word))
}

fn parse(call: &str, interface: &Interface) -> Result<(String, Vec<Val>)> {
    let parsed = Call::parse(call)?;
    let export = interface.exports.iter().find(|export| export.name == parsed.name());
    let export = export.with_context(|| format!("no function `{}` is exported", parsed.name()))?;
    let values = parsed.arguments(&export.signature).map_err(|faults| anyhow!("{}", faults[0]))?;
    Ok((export.name.clone(), values))
}

impl Expected {
    fn begin(&mut self, events: &[HostEvent]) {
        *self = Expected { events: events.iter().cloned().collect(), ..Expected::default() };
    }
}

/// The recorded answer of a host call; fails from the first host call on that differs.
fn answer(
    expected: &mut Expected,
    call: String,
    result: Option<&polyreactor_contract::ValueType>,
) -> Result<Option<Val>, String> {
    let event = expected.events.pop_front();
    expected.made += 1;
    let recorded = match event {
        Some(event) if event.call == call => {
            return match event {
                HostEvent { error: Some(error), .. } => Err(error),
                HostEvent { answer: None, .. } => Ok(None),
                HostEvent { answer: Some(answer), .. } => {
                    match notation::answer(&answer, result)? {
                        Answer::Returns(value) => Ok(value),
                        Answer::Fails => Err("a recorded failure".to_owned()),
                    }
                }
            };
        }
        Some(event) => event.call,
        None => "none".to_owned(),
    };
    if expected.difference.is_none() {
        expected.difference = Some((expected.made, recorded, call));
    }
    Err("the host call is not the recorded one".to_owned())
}

fn lock(expected: &Mutex<Expected>) -> std::sync::MutexGuard<'_, Expected> {
    expected.lock().unwrap_or_else(PoisonError::into_inner)
}
