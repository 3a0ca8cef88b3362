//! Cases that try every input of an export.

use anyhow::Result;
use polyreactor_contract::Val;

use super::Cases;
use crate::column::Column;
use crate::generate::Domain;
use crate::judge::Judged;
use crate::observe::Observation;
use crate::parity::Progress;
use crate::plan::Generated;
use crate::program::{Argument, Call, Program};
use crate::report::{CaseKind, CaseReport, Verdict};
use crate::runner::{self, Seat};
use crate::world;

impl Cases<'_> {
    /// Tries every input of an export that keeps no state; `None` where there are too many, or
    /// where it keeps state.
    pub(super) fn exhaustive(
        &mut self,
        name: &str,
        export: usize,
        generated: &Generated,
        seed: u64,
    ) -> Result<Option<CaseReport>> {
        let signature = &self.runner.interface.exports[export].signature;
        let Some(domain) = Domain::of(export, signature, &generated.ranges) else {
            return Ok(None);
        };
        if self.keeps_state(export, &domain, seed)? {
            return Ok(None);
        }
        let may_call = |values: &[Val]| {
            let mut own = generated.preconditions.iter().filter(|(of, _)| *of == export);
            own.all(|(_, holds)| holds(values) == Some(true))
        };
        let mut report = CaseReport {
            name: name.to_owned(),
            kind: CaseKind::Exhaustive,
            calls: domain.size,
            detail: Some(format!("equal for every input of {}", domain.text())),
            verdict: Verdict::Equal,
        };
        let mut inputs =
            (0..domain.size).map(|number| domain.input(number)).filter(|it| may_call(it));
        let seats = world::seats(self.implementations, seed);
        while let Some(values) = self.first_difference(name, export, &mut inputs, &seats)? {
            let arguments = values.into_iter().map(Argument::Value).collect();
            let call = Call { export, arguments, times: 1 };
            let program = Program { calls: vec![call], answers: Vec::new() };
            if self.finds_noise(name, &program)? {
                continue;
            }
            let ran = self.run_compared(name, &program, seed, true)?;
            if ran.divergence.is_none() {
                // The difference needs the calls before: sequences show it.
                return Ok(None);
            }
            report.detail = None;
            report.verdict = Verdict::Different(self.difference(&program, &ran, None, None));
            break;
        }
        Ok(Some(report))
    }

    /// The first input for which the implementations differ, on instances that are made anew only
    /// after a call that failed.
    fn first_difference(
        &mut self,
        name: &str,
        export: usize,
        inputs: &mut dyn Iterator<Item = Vec<Val>>,
        seats: &[Seat],
    ) -> Result<Option<Vec<Val>>> {
        let implementations: Vec<usize> = seats.iter().map(|seat| seat.implementation).collect();
        let mut columns = Vec::new();
        for (done, values) in inputs.enumerate() {
            if columns.is_empty() {
                match self.runner.columns(seats)? {
                    Some(made) => columns = made,
                    None => return Ok(Some(values)),
                }
            }
            let observations: Vec<Observation> =
                columns.iter_mut().map(|column| column.call_values(export, &values)).collect();
            self.calls += 1;
            runner::refuse_interrupted(&observations)?;
            match self.judge.judge(name, Some(export), &implementations, &observations) {
                Judged::Equal => {}
                Judged::Allowed(number) => self.report.allowances[number].uses += 1,
                Judged::Different(_) => return Ok(Some(values)),
            }
            if !observations.iter().all(Observation::is_alive) {
                columns.clear();
            }
            if done % 4096 == 0 {
                let done = done as u64;
                (self.progress)(Progress { case: name, done, total: 0, calls: self.calls });
            }
        }
        Ok(None)
    }

    /// Whether the outcome of a call depends on the calls before it: the same inputs are tried
    /// twice each, and in the opposite order.
    fn keeps_state(&mut self, export: usize, domain: &Domain, seed: u64) -> Result<bool> {
        const SAMPLES: u64 = 64;
        let step = (domain.size / SAMPLES).max(1);
        let inputs: Vec<Vec<Val>> =
            (0..domain.size).step_by(step as usize).map(|number| domain.input(number)).collect();
        for implementation in 0..self.implementations {
            let seats = [world::seat(implementation, seed)];
            let (Some(mut one), Some(mut two)) =
                (self.runner.columns(&seats)?, self.runner.columns(&seats)?)
            else {
                return Ok(true);
            };
            let call = |column: &mut Column<'_>, values: &Vec<Val>| {
                let observation = column.call_values(export, values);
                (observation.outcome(), observation.is_alive())
            };
            let mut forwards = Vec::new();
            for values in &inputs {
                let outcome = call(&mut one[0], values);
                if !outcome.1 {
                    one = self.runner.columns(&seats)?.unwrap_or_default();
                } else if call(&mut one[0], values) != outcome {
                    return Ok(true);
                }
                if one.is_empty() {
                    return Ok(true);
                }
                forwards.push(outcome);
            }
            for (values, before) in inputs.iter().zip(&forwards).rev() {
                let outcome = call(&mut two[0], values);
                if outcome != *before {
                    return Ok(true);
                }
                if !outcome.1 {
                    two = self.runner.columns(&seats)?.unwrap_or_default();
                    if two.is_empty() {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }
}
