//! Puts observations into the words of a report.

use crate::compare::judge::Judge;
use crate::compare::observe::{Aspect, End, HostCall, Observation};
use crate::plugin::interface::Interface;
use crate::program::Program;
use crate::report::{Detail, Difference, Group, Shrunk, StepReport};
use crate::run::runner::{At, Ran};

/// The difference that a run has shown. Under `expected` are the number of steps, and what the suite
/// expected of the last one.
pub(crate) fn difference(
    interface: &Interface,
    judge: &Judge,
    program: &Program,
    ran: &Ran,
    shrunk: Option<Shrunk>,
    expected: Option<(usize, String)>,
) -> Difference {
    let count = expected.as_ref().map_or(ran.steps.len(), |(steps, _)| *steps);
    let mut steps = Vec::new();
    let mut calls = 0;
    for step in &ran.steps[..count.min(ran.steps.len())] {
        let (call, export) = match step.at {
            At::Initialize => ("_initialize".to_owned(), None),
            At::Call(number, time) => {
                let mut call = program.calls[number].clone();
                calls = number + 1;
                call.times = time;
                (call.text(interface), Some(call.export))
            }
            At::End => ("(end)".to_owned(), None),
        };
        let groups = groups(judge, export, &step.observations);
        if step.at == At::Initialize && groups.len() == 1 {
            continue;
        }
        steps.push(StepReport { call, groups });
    }
    let answers = program.answers.clone();
    let made = Program { calls: program.calls[..calls].to_vec(), answers };
    let replay = made.text(interface);
    Difference { steps, replay, shrunk, expected: expected.map(|(_, text)| text) }
}

fn groups(judge: &Judge, export: Option<usize>, observations: &[Observation]) -> Vec<Group> {
    let grouped = judge.groups(export, observations);
    let all: Vec<Vec<(Aspect, Detail)>> =
        grouped.iter().map(|group| details(&observations[group[0]])).collect();
    let groups = grouped.iter().zip(&all).map(|(group, own)| {
        let details = own.iter().map(|(aspect, detail)| {
            let is_shared = all.iter().all(|other| other.iter().any(|(_, it)| it == detail));
            let differs = !is_shared && (*aspect != Aspect::Message || judge.compares_messages);
            Detail { differs, ..detail.clone() }
        });
        Group {
            implementations: group.clone(),
            outcome: observations[group[0]].outcome(),
            details: details.collect(),
        }
    });
    groups.collect()
}

fn details(observation: &Observation) -> Vec<(Aspect, Detail)> {
    let parts = [Aspect::Message, Aspect::Stdout, Aspect::Stderr, Aspect::HostCalls, Aspect::Files];
    let details = parts.into_iter().map(|aspect| {
        let text = match aspect {
            Aspect::Stderr if matches!(observation.end, End::Failed(_)) => String::new(),
            aspect => self::aspect(observation, aspect),
        };
        (aspect, Detail { label: aspect.word().to_owned(), text, differs: false })
    });
    details.filter(|(_, detail)| !detail.text.is_empty()).collect()
}

/// One aspect of an observation as text; empty where there is nothing to show.
pub(crate) fn aspect(observation: &Observation, aspect: Aspect) -> String {
    let effects = observation.effects.as_deref();
    match aspect {
        Aspect::End | Aspect::Result | Aspect::Changed => observation.outcome(),
        Aspect::Message => match &observation.end {
            End::Failed(failure) => failure.message.clone(),
            End::Returned(_) => String::new(),
        },
        Aspect::Stdout => effects.map(|it| it.stdout.text()).unwrap_or_default(),
        Aspect::Stderr => effects.map(|it| it.stderr.text()).unwrap_or_default(),
        Aspect::HostCalls => HostCall::texts(observation.host_calls()),
        Aspect::Files => {
            let files = observation.files().iter().map(|(name, what)| format!("{name}: {what}"));
            files.collect::<Vec<_>>().join("\n")
        }
    }
}

/// The outcome of the last step, in words.
pub(crate) fn last_outcome(ran: &Ran) -> String {
    let last = ran.steps.last().and_then(|step| step.observations.first());
    last.map(Observation::outcome).unwrap_or_default()
}

impl Difference {
    /// A difference of which only the calls are known, because the run was interrupted.
    pub(crate) fn of_text(replay: String) -> Self {
        Difference { steps: Vec::new(), replay, shrunk: None, expected: None }
    }
}
