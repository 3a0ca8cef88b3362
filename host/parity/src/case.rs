//! Runs cases one after the other, and reports what came of each.

mod across;
mod exhaustive;

use std::cell::RefCell;

use anyhow::Result;
use polyreactor_contract::Val;

use crate::generate::{Dictionary, Scope, Source, SpanKind, sequence, with_values};
use crate::judge::{Judge, Noisy};
use crate::parity::Progress;
use crate::plan::{CasePlan, Generated, Recorded, Relation, Work, Written};
use crate::program::{Argument, Call, Program};
use crate::report::{CaseKind, CaseReport, Difference, Noise, Report, Shrunk, Verdict};
use crate::runner::{At, Divergence, Ran, Runner, Seat};
use crate::settings::Settings;
use crate::show;
use crate::shrink::{Drawn, cut_after, shrink};
use crate::world;

/// The cases of a run under way.
pub(crate) struct Cases<'a> {
    pub(crate) runner: Runner<'a>,
    /// The number of implementations. The report has more columns where there are foreign hosts.
    pub(crate) implementations: usize,
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) settings: &'a Settings,
    pub(crate) judge: Judge,
    pub(crate) report: &'a mut Report,
    pub(crate) progress: &'a mut dyn FnMut(Progress<'_>),
    /// The calls that were made on each implementation.
    pub(crate) calls: u64,
}

/// The sequences for which each implementation is compared with itself first.
const SEQUENCES_FOR_NOISE: u64 = 32;

impl Cases<'_> {
    /// Runs the cases in order. On an error the report has those before.
    pub(crate) fn run(&mut self, cases: &[CasePlan]) -> Result<()> {
        for (number, case) in cases.iter().enumerate() {
            let seed = world::mix(self.settings.seed, number as u64);
            let report = match &case.work {
                Work::Written(written) => self.written(&case.name, written, seed)?,
                Work::Generated(generated) => self.generated(&case.name, generated, seed)?,
                Work::Relation(relation) => self.relation(&case.name, relation, seed)?,
                Work::Recorded(recorded) => self.recorded(&case.name, recorded)?,
            };
            self.report.cases.push(report);
        }
        Ok(())
    }

    /// Adds the noise that was found to the report.
    pub(crate) fn report_noise(&mut self) {
        let interface = self.runner.interface;
        let noise = self.judge.noise.iter().map(|((export, aspect), noisy)| Noise {
            export: export.map_or("_initialize", |it| &interface.exports[it].name).to_owned(),
            aspect: aspect.word().to_owned(),
            implementations: noisy.implementations.clone(),
            examples: noisy.examples.clone(),
        });
        self.report.noise.extend(noise);
    }

    fn written(&mut self, name: &str, written: &Written, seed: u64) -> Result<CaseReport> {
        let program = &written.program;
        let mut ran = self.run_compared(name, program, seed, true)?;
        while ran.divergence.is_some() && self.finds_noise(name, program)? {
            ran = self.run_compared(name, program, seed, true)?;
        }
        let unexpected = ran.steps.iter().enumerate().find_map(|(number, step)| {
            let At::Call(call, _) = step.at else { return None };
            let expected = written.expected.get(call)?.as_ref()?;
            let is_as_expected = step.observations.iter().all(|it| expected.matches(it));
            (!is_as_expected).then(|| (number, expected.text()))
        });
        let made = ran.steps.iter().filter(|step| matches!(step.at, At::Call(..))).count();
        let is_of_shared = ran.divergence.is_some_and(|it| length(&it) <= written.shared);
        let verdict = match (ran.divergence, unexpected) {
            _ if is_of_shared && written.shared > 0 => Verdict::NotRun {
                reason: "the case before, whose instance it shares, differs".into(),
            },
            (Some(_), _) => Verdict::Different(self.difference(program, &ran, None, None)),
            (None, Some((number, expected))) => {
                let steps = number + 1;
                let difference = self.difference(program, &ran, None, Some((steps, expected)));
                Verdict::Unexpected(difference)
            }
            (None, None) if made < program.calls.len() => {
                let last = show::last_outcome(&ran);
                let left = program.calls.len() - made;
                Verdict::NotRun {
                    reason: format!(
                        "after call {made} ({last}) no instance could be called, so {left} were not made"
                    ),
                }
            }
            (None, None) => Verdict::Equal,
        };
        let kind = if written.is_replayed { CaseKind::Replayed } else { CaseKind::Written };
        Ok(CaseReport { name: name.to_owned(), kind, calls: ran.calls, detail: None, verdict })
    }

    fn generated(&mut self, name: &str, generated: &Generated, seed: u64) -> Result<CaseReport> {
        if let [(export, _)] = generated.exports[..]
            && generated.invariants.is_empty()
            && let Some(report) = self.exhaustive(name, export, generated, seed)?
        {
            return Ok(report);
        }
        let total = generated.sequences.unwrap_or(self.settings.sequences);
        let sequences = Sequences { case: name, title: name, generated, seed, total };
        self.sequences(&sequences, &mut |cases, program, keeps| {
            cases.run_generated(name, program, generated, seed, keeps)
        })
    }

    /// Runs the sequences with `run`, and shrinks the first that differs.
    fn sequences(&mut self, sequences: &Sequences<'_>, run: &mut Run<'_>) -> Result<CaseReport> {
        let Sequences { case, title, generated, seed, total } = *sequences;
        let interface = self.runner.interface;
        let all: Vec<(usize, u32)> = (0..interface.exports.len()).map(|at| (at, 1)).collect();
        let exports = if generated.exports.is_empty() { &all } else { &generated.exports };
        let answered: Vec<usize> = (0..interface.imports.len()).collect();
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
                max_calls: generated.max_calls.unwrap_or(self.settings.max_calls),
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
                (self.progress)(Progress { case: title, done: number, total, calls: self.calls });
                continue;
            };
            if self.finds_noise(case, &drawn.item)? {
                continue;
            }
            self.report.sequences += 1;
            let draw = |source: Source| sequence(source, &scope);
            let found = cut_after(drawn, length(&divergence), draw);
            let from_calls = found.item.length();
            let (mut executions, mut shown) = (0, None);
            let shared = RefCell::new((&mut *self, &mut *run));
            let differs = |program: &Program| {
                let (cases, run) = &mut *shared.borrow_mut();
                executions += 1;
                let calls = cases.calls;
                (cases.progress)(Progress { case: title, done: executions, total: 0, calls });
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
            if let Ok(ran) = run(self, &program, true) {
                let shrunk = Shrunk { from_calls, executions: shrunken.executions };
                shown = Some(self.difference(&program, &ran, Some(shrunk), ran.violated.clone()));
            }
            let difference = shown.unwrap_or_else(|| Difference::of_text(program.text(interface)));
            report.verdict = match ran.violated.is_some() {
                true => Verdict::Unexpected(difference),
                false => Verdict::Different(difference),
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
        report.detail = Some(format!("{} sequences", show::number(total)));
        Ok(report)
    }

    /// Compares the calls of a recording; a difference is shrunk by leaving calls out.
    fn recorded(&mut self, name: &str, recorded: &Recorded) -> Result<CaseReport> {
        let seats: Vec<Seat> = (0..self.implementations)
            .map(|implementation| Seat { implementation, world: recorded.world })
            .collect();
        let draw = |mut source: Source| {
            let mut program = Program { calls: Vec::new(), ..recorded.program.clone() };
            for call in &recorded.program.calls {
                source.span(SpanKind::Call, |source| {
                    if source.draw(1, |_| 1) == 1 {
                        program.calls.push(call.clone());
                    }
                });
            }
            source.into_drawn(program)
        };
        let mut calls = 0;
        let mut run = |program: &Program, keeps: bool| -> Result<Ran> {
            let ran = self.runner.run(name, program, &seats, &self.judge, &[], keeps)?;
            calls += ran.calls;
            Ok(ran)
        };
        let mut verdict = Verdict::Equal;
        let whole = run(&recorded.program, false)?;
        if let Some(divergence) = whole.divergence {
            let found = cut_after(draw(Source::random(0)), length(&divergence), draw);
            let from_calls = found.item.length();
            let differs =
                |program: &Program| Ok(run(program, false)?.divergence.as_ref().map(length));
            let (shrunken, ended) = shrink(found, draw, differs, |_| None);
            ended?;
            let program = shrunken.drawn.item;
            let ran = run(&program, true)?;
            let shrunk = Shrunk { from_calls, executions: shrunken.executions };
            verdict = Verdict::Different(self.difference(&program, &ran, Some(shrunk), None));
        }
        self.calls += calls;
        let kind = CaseKind::Replayed;
        Ok(CaseReport { name: name.to_owned(), kind, calls: whole.calls, detail: None, verdict })
    }

    fn relation(&mut self, name: &str, relation: &Relation, seed: u64) -> Result<CaseReport> {
        let total = relation.sequences.unwrap_or(self.settings.sequences.min(200));
        let draw = |source: Source| relation.draw(source, self.dictionary);
        let runner = self.runner.clone();
        let implementations = self.implementations;
        let mut calls = 0;
        let mut violated = |values: &Vec<Val>| -> Result<Option<usize>> {
            relation.violated(&runner, values, implementations, seed, &mut calls)
        };
        let mut verdict = Verdict::Equal;
        for number in 0..total {
            let drawn: Drawn<Vec<Val>> = draw(Source::random(world::mix(seed, number)));
            if violated(&drawn.item)?.is_none() {
                continue;
            }
            let (shrunken, ended) = shrink(drawn, draw, &mut violated, |_| None);
            ended?;
            let values = &shrunken.drawn.item;
            let difference = relation.difference(&runner, values, implementations, seed)?;
            verdict = Verdict::Unexpected(Difference {
                shrunk: Some(Shrunk { from_calls: 0, executions: shrunken.executions }),
                ..difference
            });
            break;
        }
        self.calls += calls;
        let detail = Some(format!("{total} pairs of sequences"));
        Ok(CaseReport { name: name.to_owned(), kind: CaseKind::Generated, calls, detail, verdict })
    }

    /// Runs a program on all implementations.
    fn run_compared(
        &mut self,
        case: &str,
        program: &Program,
        seed: u64,
        keeps: bool,
    ) -> Result<Ran> {
        self.run_generated(case, program, &Generated::default(), seed, keeps)
    }

    fn run_generated(
        &mut self,
        case: &str,
        program: &Program,
        generated: &Generated,
        seed: u64,
        keeps: bool,
    ) -> Result<Ran> {
        let seats = world::seats(self.implementations, seed);
        let ran =
            self.runner.run(case, program, &seats, &self.judge, &generated.invariants, keeps)?;
        self.calls += ran.calls;
        for allowed in &ran.allowed {
            self.report.allowances[*allowed].uses += 1;
        }
        Ok(ran)
    }

    /// Runs a program twice on each implementation, in two worlds. Returns whether something
    /// differs that was not known to be noise.
    fn finds_noise(&mut self, case: &str, program: &Program) -> Result<bool> {
        let mut found = Vec::new();
        for implementation in 0..self.implementations {
            for attempt in 0..2 {
                let seats = world::twins(implementation, attempt);
                let ran = self.runner.run(case, program, &seats, &self.judge, &[], true)?;
                if let (Some(divergence), Some(step)) = (ran.divergence, ran.steps.last()) {
                    let examples =
                        [0, 1].map(|at| show::aspect(&step.observations[at], divergence.aspect));
                    found.push(((divergence.export, divergence.aspect), implementation, examples));
                    break;
                }
            }
        }
        let has_found = !found.is_empty();
        for (key, implementation, examples) in found {
            let noisy = self.judge.noise.entry(key);
            let noisy = noisy.or_insert_with(|| Noisy { implementations: Vec::new(), examples });
            noisy.implementations.push(implementation);
        }
        Ok(has_found)
    }

    fn difference(
        &self,
        program: &Program,
        ran: &Ran,
        shrunk: Option<Shrunk>,
        expected: Option<(usize, String)>,
    ) -> Difference {
        show::difference(self.runner.interface, &self.judge, program, ran, shrunk, expected)
    }
}

/// Generated sequences of a case.
struct Sequences<'a> {
    /// The name by which allowances know the case.
    case: &'a str,
    /// The name in the report.
    title: &'a str,
    generated: &'a Generated,
    seed: u64,
    total: u64,
}

/// Runs a program, and keeps the steps where the last argument says so.
type Run<'r> = dyn FnMut(&mut Cases<'_>, &Program, bool) -> Result<Ran> + 'r;

/// The number of calls up to a difference.
fn length(divergence: &Divergence) -> usize {
    match divergence.at {
        At::Initialize => 0,
        At::Call(number, _) => number + 1,
        At::End => usize::MAX,
    }
}

fn value(argument: &Argument) -> Option<Val> {
    match argument {
        Argument::Value(value) => Some(value.clone()),
        Argument::Result(_) => None,
    }
}
