//! Cases across hosts: the same calls in our own host and in foreign ones.
//!
//! A program is run in our host first, on all implementations. The calls that were made there are
//! then made in each foreign host, with the same arguments, and the observations of all columns are
//! compared call by call.

use anyhow::{Error, Result};
use polyreactor_contract::Val;

use super::Cases;
use super::sequences::Sequences;
use crate::compare::judge::Judged;
use crate::compare::observe::{End, Observation};
use crate::foreign::{ForeignCall, ForeignError};
use crate::foreign_hosts::ForeignHosts;
use crate::plan::{CasePlan, Generated, Work, Written};
use crate::program::{Argument, Call, Program};
use crate::report::{CaseKind, CaseReport, ForeignPart, Verdict};
use crate::run::column::Conditions;
use crate::run::runner::{At, Divergence, Interrupted, Ran, Runner, Step};
use crate::run::world;

/// The sequences of each property that are run in foreign hosts, at most: the first ones that were
/// run in our own. A call there takes far longer than a call in our host.
const MOST_SEQUENCES: u64 = 50;

/// The calls of a generated sequence that is run in foreign hosts, at most.
const MOST_GENERATED_CALLS: u64 = 20_000;

/// The calls of a written case that is run in foreign hosts, at most.
const MOST_WRITTEN_CALLS: u64 = 100_000;

/// What runs a program in all hosts.
struct Across<'a> {
    runner: Runner<'a>,
    foreign_hosts: &'a mut ForeignHosts,
    /// The sequences that were left out.
    left_out: u64,
}

impl Cases<'_> {
    /// Runs the cases in our host, then in foreign ones where there are any. On an error the report
    /// has the cases before.
    pub(crate) fn run_everywhere(
        &mut self,
        cases: &[CasePlan],
        foreign_hosts: Option<&mut ForeignHosts>,
    ) -> Result<()> {
        let Some(foreign_hosts) = foreign_hosts else { return self.run(cases) };
        let columns = foreign_hosts.columns(&self.report.implementations);
        self.report.implementations.extend(columns);
        let ended = self.run(cases);
        self.report.foreign = Some(ForeignPart {
            implementations_from: self.implementations,
            cases_from: self.report.cases.len(),
        });
        ended.and_then(|()| self.run_across(cases, foreign_hosts))
    }

    fn run_across(&mut self, cases: &[CasePlan], foreign_hosts: &mut ForeignHosts) -> Result<()> {
        // Foreign hosts give neither, so that no host may, or the guest would behave differently.
        let conditions =
            Conditions { env: Vec::new(), directory: None, ..self.runner.conditions.clone() };
        let runner = Runner { conditions: &conditions, ..self.runner.clone() };
        let mut across = Across { runner, foreign_hosts, left_out: 0 };
        for (number, case) in cases.iter().enumerate() {
            let seed = world::mix(self.settings.seed, number as u64);
            let title = format!("{}, in {}", case.name, across.foreign_hosts.names());
            let (kind, ran) = match &case.work {
                Work::Written(written) => {
                    let is_replayed = written.is_replayed;
                    let kind = if is_replayed { CaseKind::Replayed } else { CaseKind::Written };
                    (kind, self.written_across(&case.name, &title, kind, written, &mut across))
                }
                Work::Generated(generated) => {
                    let total = self.settings.sequences(generated.sequences);
                    let total = total.min(MOST_SEQUENCES);
                    let sequences =
                        Sequences { case: &case.name, title: &title, generated, seed, total };
                    let ran = self.generated_across(&sequences, &mut across);
                    (CaseKind::Generated, ran.map(Some))
                }
                // It compares an implementation with itself.
                Work::Relation(_) => continue,
                Work::Recorded(_) => {
                    self.report.notes.push(format!(
                        "{} was not run in {}, which can't be given its clocks and arguments",
                        case.name,
                        across.foreign_hosts.names()
                    ));
                    continue;
                }
            };
            match ran {
                Ok(report) => self.report.cases.extend(report),
                Err(error) if error.is::<Interrupted>() => return Err(error),
                // A signal from a terminal reaches the hosts as well, and ends them.
                Err(_) if self.runner.conditions.cancellation.is_cancelled() => {
                    return Err(Interrupted.into());
                }
                // The difference that was being shrunk is reported already.
                Err(_) if self.report.cases.last().is_some_and(|last| last.name == title) => {}
                Err(error) => self.report.cases.push(not_run(title, kind, &error)),
            }
        }
        Ok(())
    }

    /// The report of a written case; `None` where foreign hosts can't make its calls.
    fn written_across(
        &mut self,
        case: &str,
        title: &str,
        kind: CaseKind,
        written: &Written,
        across: &mut Across<'_>,
    ) -> Result<Option<CaseReport>> {
        let program = &written.program;
        if !across.can_run(program, MOST_WRITTEN_CALLS) {
            self.report.notes.push(format!(
                "{case} was not run in {}: they can't make its calls, or not so many",
                across.foreign_hosts.names()
            ));
            return Ok(None);
        }
        let mut ran = across.run(self, case, program)?;
        while ran.divergence.is_some() && self.finds_noise(case, program)? {
            ran = across.run(self, case, program)?;
        }
        let detail = (ran.calls < program.length() && ran.divergence.is_none())
            .then(|| format!("up to call {}, which fails", ran.calls));
        let verdict = match ran.divergence {
            Some(_) => Verdict::Different(self.difference(program, &ran, None, None)),
            None => Verdict::Equal,
        };
        Ok(Some(CaseReport { name: title.to_owned(), kind, calls: ran.calls, detail, verdict }))
    }

    fn generated_across(
        &mut self,
        sequences: &Sequences<'_>,
        across: &mut Across<'_>,
    ) -> Result<CaseReport> {
        let generated_before = self.report.sequences;
        across.left_out = 0;
        let report = self.sequences(sequences, &mut |cases, program, _| {
            if !across.can_run(program, MOST_GENERATED_CALLS) {
                across.left_out += 1;
                return Ok(Ran::default());
            }
            across.run(cases, sequences.case, program)
        });
        // The sequences are the same as before.
        self.report.sequences = generated_before;
        let mut report = report?;
        if let (Verdict::Equal, 1.., Some(detail)) =
            (&report.verdict, across.left_out, &mut report.detail)
        {
            *detail += &format!(", {} of them left out", across.left_out);
        }
        Ok(report)
    }
}

impl Across<'_> {
    /// Whether foreign hosts can make the calls of a program.
    fn can_run(&self, program: &Program, most_calls: u64) -> bool {
        program.length() <= most_calls
            && program.calls.iter().all(|call| self.foreign_hosts.can_call(call.export))
    }

    /// Runs a program in all hosts. The steps have the observations of all columns: those of our
    /// host, then those of each foreign host.
    fn run(&mut self, cases: &mut Cases<'_>, case: &str, program: &Program) -> Result<Ran> {
        let (single, places) = repeated(program);
        let count = cases.implementations;
        // All instances have the seed of the sessions.
        let seats = world::seats(count, cases.settings.seed);
        let none = Generated::default();
        let native =
            self.runner.run(case, &single, &seats, &cases.judge, &none.invariants, true)?;
        let arguments: Vec<_> = (0..count).map(|it| arguments(&single, &native, it)).collect();
        let exports = &self.runner.interface.exports;
        let calls = arguments.iter().map(|own| {
            let calls = own.iter().zip(&single.calls).filter_map(|(values, call)| {
                Some(ForeignHosts::call(&exports[call.export], values.as_deref()?))
            });
            calls.collect::<Vec<ForeignCall>>()
        });
        let outcomes = self.foreign_hosts.run(&calls.collect::<Vec<_>>())?;
        let mut columns: Vec<_> = outcomes.into_iter().map(Vec::into_iter).collect();

        let implementations: Vec<usize> = (0..count + columns.len()).map(|it| it % count).collect();
        let mut ran = Ran::default();
        for Step { at, mut observations, .. } in native.steps {
            let (at, export) = match at {
                At::Call(number, _) => (places[number], Some(single.calls[number].export)),
                other => (other, None),
            };
            for (number, column) in columns.iter_mut().enumerate() {
                let own = &observations[number % count];
                let call = match export {
                    None => None,
                    Some(export) => match &arguments[number % count][ran.calls as usize] {
                        Some(values) => Some((&exports[export], &values[..])),
                        // Our host has made no call either: an argument is missing.
                        None => {
                            observations.push(own.clone());
                            continue;
                        }
                    },
                };
                let Some(outcome) = column.next() else { continue };
                observations.push(self.foreign_hosts.observation(number, outcome, call, own));
            }
            ran.calls += u64::from(export.is_some());
            let judged = cases.judge.judge(case, export, &implementations, &observations);
            let mut allowed = None;
            match judged {
                Judged::Equal => {}
                Judged::Allowed(number) => {
                    cases.report.allowances[number].uses += 1;
                    allowed = Some(number);
                }
                Judged::Different(aspect) => {
                    ran.divergence = Some(Divergence { at, export, aspect });
                }
            }
            let is_over =
                ran.divergence.is_some() || !observations.iter().all(Observation::is_alive);
            ran.keep(Step { at, observations, allowed });
            if is_over {
                break;
            }
        }
        cases.calls += ran.calls;
        Ok(ran)
    }
}

/// The program with each repetition as a call of its own, and where each call has its place in the
/// program.
fn repeated(program: &Program) -> (Program, Vec<At>) {
    let mut single = Program { calls: Vec::new(), answers: program.answers.clone() };
    let mut places = Vec::new();
    // The last repetition of each call, whose result later arguments name.
    let mut last: Vec<usize> = Vec::new();
    for (number, call) in program.calls.iter().enumerate() {
        let arguments = call.arguments.iter().map(|argument| match argument {
            Argument::Result(of) => Argument::Result(last.get(*of).copied().unwrap_or(usize::MAX)),
            value => value.clone(),
        });
        let call_once = Call { export: call.export, arguments: arguments.collect(), times: 1 };
        for time in 1..=call.times {
            single.calls.push(call_once.clone());
            places.push(At::Call(number, time));
        }
        last.push(single.calls.len().saturating_sub(1));
    }
    (single, places)
}

/// The arguments of each call that was made on an implementation: results of earlier calls are
/// replaced by what they were. `None` where such a result is missing, so that no call was made.
fn arguments(program: &Program, native: &Ran, implementation: usize) -> Vec<Option<Vec<Val>>> {
    let made = native.steps.iter().filter(|step| matches!(step.at, At::Call(..)));
    let results: Vec<_> = made
        .map(|step| match &step.observations[implementation].end {
            End::Returned(outcome) => outcome.results.first(),
            End::Failed(_) => None,
        })
        .collect();
    let calls = program.calls[..results.len()].iter().map(|call| {
        let values = call.arguments.iter().map(|argument| match argument {
            Argument::Value(value) => Some(value.clone()),
            Argument::Result(of) => results.get(*of).copied().flatten().cloned(),
        });
        values.collect()
    });
    calls.collect()
}

/// The report of a case that a host could not run.
fn not_run(name: String, kind: CaseKind, error: &Error) -> CaseReport {
    let reason = match error.downcast_ref::<ForeignError>() {
        Some(error) => error.to_string(),
        None => format!("{error:#}"),
    };
    let verdict = Verdict::NotRun { reason };
    CaseReport { name, kind, calls: 0, detail: None, verdict }
}
