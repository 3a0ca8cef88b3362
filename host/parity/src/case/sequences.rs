//! Cases that generate sequences of calls.

use std::cell::RefCell;

use anyhow::Result;
use polyreactor_contract::Val;

use super::exhaustive::Exhausted;
use super::{Cases, length};
use crate::generate::{Scope, Source, sequence, with_values};
use crate::parity::Progress;
use crate::plan::Generated;
use crate::program::{Argument, Call, Program};
use crate::report::words::thousands;
use crate::report::{CaseKind, CaseReport, Difference, Shrunk, Verdict};
use crate::run::runner::{At, Ran};
use crate::run::world;
use crate::shrink::{Drawn, cut_after, shrink};

/// Generated sequences of a case.
pub(super) struct Sequences<'a> {
    /// The name by which allowances know the case.
    pub(super) case: &'a str,
    /// The name in the report.
    pub(super) title: &'a str,
    pub(super) generated: &'a Generated,
    pub(super) seed: u64,
    pub(super) total: u64,
}

/// Runs a program, and keeps the steps where the last argument says so.
pub(super) type Run<'r> = dyn FnMut(&mut Cases<'_>, &Program, bool) -> Result<Ran> + 'r;

/// The sequences for which each implementation is compared with itself first.
const SEQUENCES_FOR_NOISE: u64 = 32;

impl Cases<'_> {
    /// Generates sequences, or tries every input where there are few.
    pub(super) fn generated(
        &mut self,
        name: &str,
        generated: &Generated,
        seed: u64,
    ) -> Result<CaseReport> {
        let mut seen = None;
        if let [(export, _)] = generated.exports[..]
            && generated.invariants.is_empty()
        {
            match self.exhaustive(name, export, generated, seed)? {
                Exhausted::Done(report) => return Ok(report),
                Exhausted::NeedsSequences => {}
                Exhausted::Seen(what) => seen = Some(what),
            }
        }
        let total = self.settings.sequences(generated.sequences);
        let sequences = Sequences { case: name, title: name, generated, seed, total };
        let mut report = self.sequences(&sequences, &mut |cases, program, keeps| {
            cases.run_generated(name, program, generated, seed, keeps)
        })?;
        if let (Some(reason), Verdict::Equal) = (seen, &report.verdict) {
            report.verdict = Verdict::NotRun { reason };
        }
        Ok(report)
    }

    /// Runs the sequences with `run`, and shrinks the first that differs.
    pub(super) fn sequences(
        &mut self,
        sequences: &Sequences<'_>,
        run: &mut Run<'_>,
    ) -> Result<CaseReport> {
        let Sequences { case, title, generated, seed, total } = *sequences;
        let interface = self.runner.interface;
        let all: Vec<(usize, u32)> = (0..interface.exports.len()).map(|at| (at, 1)).collect();
        let exports = if generated.exports.is_empty() { &all } else { &generated.exports };
        let answered = self.answered.clone();
        let is_allowed =
            |call: &Call| {
                let values: Option<Vec<Val>> = call.arguments.iter().map(value).collect();
                generated.preconditions.iter().filter(|(export, _)| *export == call.export).all(
                    |(_, holds)| values.as_deref().and_then(|values| holds(values)) == Some(true),
                )
            };
        let mut report = CaseReport {
            name: title.to_owned(),
            kind: CaseKind::Generated,
            calls: 0,
            detail: None,
            verdict: Verdict::Equal,
        };
        let calls_before = self.calls;
        let mut number = 0;
        while number < total {
            let noisy: Vec<bool> =
                (0..interface.exports.len()).map(|it| self.judge.is_noisy(Some(it))).collect();
            let scope = Scope {
                interface,
                dictionary: self.dictionary,
                exports,
                ranges: &generated.ranges,
                max_calls: self.settings.max_calls(generated.max_calls),
                noisy: &|export| noisy[export],
                is_allowed: &is_allowed,
                answered: &answered,
            };
            let drawn = sequence(Source::random(world::mix(seed, number)), &scope);
            if number < SEQUENCES_FOR_NOISE && self.finds_noise(case, &drawn.item)? {
                // Drawn anew: results that differ are no arguments of later calls.
                continue;
            }
            let ran = run(self, &drawn.item, false)?;
            let Some(divergence) = ran.divergence else {
                number += 1;
                self.report.sequences += 1;
                (self.progress)(Progress {
                    case: title,
                    done: number,
                    total: Some(total),
                    calls: self.calls,
                });
                continue;
            };
            if self.finds_noise(case, &drawn.item)? {
                continue;
            }
            self.report.sequences += 1;
            let draw = |source: Source| sequence(source, &scope);
            if divergence.at == At::Initialize {
                let program = Program { calls: Vec::new(), ..drawn.item };
                let ran = run(self, &program, true)?;
                report.calls = self.calls - calls_before;
                report.verdict = Verdict::Different(self.difference(&program, &ran, None, None));
                return Ok(report);
            }
            let found = cut_after(drawn, length(&divergence), draw);
            let from_calls = found.item.length();
            let mut executions = 0;
            let shared = RefCell::new((&mut *self, &mut *run));
            let differs = |program: &Program| {
                let (cases, run) = &mut *shared.borrow_mut();
                executions += 1;
                let calls = cases.calls;
                (cases.progress)(Progress { case: title, done: executions, total: None, calls });
                let ran = run(cases, program, false)?;
                Ok(ran.divergence.as_ref().map(length))
            };
            let unlink = |drawn: &Drawn<Program>| {
                let (cases, run) = &mut *shared.borrow_mut();
                let ran = run(cases, &drawn.item, true).ok()?;
                with_values(drawn, interface, &ran.results())
            };
            let (shrunken, ended) = shrink(found, draw, differs, unlink);
            let program = shrunken.drawn.item;
            // A difference of the shrunk sequence may be noise that the found one did not show.
            if ended.is_ok() && self.finds_noise(case, &program)? {
                continue;
            }
            let shrunk = Shrunk { from_calls, executions: shrunken.executions };
            report.verdict = match run(self, &program, true) {
                Ok(ran) if ran.divergence.is_some() => {
                    let violated = ran.violated.clone();
                    let difference = self.difference(&program, &ran, Some(shrunk), violated);
                    match ran.violated {
                        Some(_) => Verdict::Unexpected(difference),
                        None => Verdict::Different(difference),
                    }
                }
                // The calls are deterministic, but for a time limit.
                Ok(_) => Verdict::NotRun {
                    reason: format!(
                        "a difference was found that did not occur again: {}",
                        program.text(interface)
                    ),
                },
                // Interrupted: the sequence is known, and its outcomes are not.
                Err(_) => Verdict::Different(Difference::of_text(program.text(interface))),
            };
            if !shrunken.is_minimal {
                report.detail = Some("not fully shrunk".to_owned());
            }
            report.calls = self.calls - calls_before;
            if let Err(error) = ended {
                self.report.cases.push(report);
                return Err(error);
            }
            return Ok(report);
        }
        report.calls = self.calls - calls_before;
        report.detail = Some(format!("{} sequences", thousands(total)));
        Ok(report)
    }
}

fn value(argument: &Argument) -> Option<Val> {
    match argument {
        Argument::Value(value) => Some(value.clone()),
        Argument::Result(_) => None,
    }
}
