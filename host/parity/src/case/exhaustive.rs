//! Cases that try every input of an export.

use anyhow::Result;
use polyreactor_contract::Val;

use super::Cases;
use crate::compare::judge::Judged;
use crate::compare::observe::Observation;
use crate::generate::Domain;
use crate::parity::Progress;
use crate::plan::Generated;
use crate::program::{Argument, Call, Program};
use crate::report::words::thousands;
use crate::report::{CaseKind, CaseReport, Verdict};
use crate::run::column::Column;
use crate::run::runner::{self, Runner, Seat};
use crate::run::world;

/// What came of trying every input.
pub(super) enum Exhausted {
    Done(CaseReport),
    /// There are too many inputs, or the outcome depends on more than the input.
    NeedsSequences,
    /// A difference was seen that a fresh instance does not show: what it was, in words.
    Seen(String),
}

/// What the inputs have shown.
enum Found {
    Nothing,
    Difference(Vec<Val>),
    /// The export calls a host function, on whose answers its outcome may depend.
    HostCall,
}

impl Cases<'_> {
    /// Tries every input of an export that keeps no state.
    pub(super) fn exhaustive(
        &mut self,
        name: &str,
        export: usize,
        generated: &Generated,
        seed: u64,
    ) -> Result<Exhausted> {
        let signature = &self.runner.interface.exports[export].signature;
        let Some(domain) = Domain::of(export, signature, &generated.ranges) else {
            return Ok(Exhausted::NeedsSequences);
        };
        let may_call = |values: &[Val]| {
            let mut own = generated.preconditions.iter().filter(|(of, _)| *of == export);
            own.all(|(_, holds)| holds(values) == Some(true))
        };
        if self.needs_sequences(export, &domain, &may_call, seed)? {
            return Ok(Exhausted::NeedsSequences);
        }
        let mut report = CaseReport {
            name: name.to_owned(),
            kind: CaseKind::Exhaustive,
            calls: 0,
            detail: None,
            verdict: Verdict::Equal,
        };
        let calls_before = self.calls;
        let mut inputs =
            (0..domain.size).map(|number| domain.input(number)).filter(|it| may_call(it));
        let seats = world::seats(self.implementations, seed);
        loop {
            let found = self.first_difference(name, export, &mut inputs, &seats)?;
            let values = match found {
                Found::Nothing => break,
                Found::HostCall => return Ok(Exhausted::NeedsSequences),
                Found::Difference(values) => values,
            };
            let arguments = values.into_iter().map(Argument::Value).collect();
            let call = Call { export, arguments, times: 1 };
            let program = Program { calls: vec![call], answers: Vec::new() };
            if self.finds_noise(name, &program)? {
                continue;
            }
            let ran = self.run_compared(name, &program, seed, true)?;
            if ran.divergence.is_none() {
                // The difference needs the calls before: sequences may show it.
                let calls = thousands(self.calls - calls_before);
                let call = program.text(self.runner.interface);
                return Ok(Exhausted::Seen(format!(
                    "`{call}` differed after {calls} calls on one instance, and no generated \
                     sequence shows the difference"
                )));
            }
            report.calls = self.calls - calls_before;
            report.verdict = Verdict::Different(self.difference(&program, &ran, None, None));
            return Ok(Exhausted::Done(report));
        }
        report.calls = self.calls - calls_before;
        report.detail = Some(match generated.preconditions.is_empty() {
            true => format!("equal for every input of {}", domain.text()),
            false => format!("equal for every allowed input of {}", domain.text()),
        });
        Ok(Exhausted::Done(report))
    }

    /// The first input for which the implementations differ, on instances that are made anew only
    /// after a call that failed.
    fn first_difference(
        &mut self,
        name: &str,
        export: usize,
        inputs: &mut dyn Iterator<Item = Vec<Val>>,
        seats: &[Seat],
    ) -> Result<Found> {
        let implementations: Vec<usize> = seats.iter().map(|seat| seat.implementation).collect();
        let mut columns = Vec::new();
        for (done, values) in inputs.enumerate() {
            if columns.is_empty() {
                match self.runner.columns(seats)? {
                    Some(made) => columns = made,
                    None => return Ok(Found::Difference(values)),
                }
            }
            let observations: Vec<Observation> =
                columns.iter_mut().map(|column| column.call_values(export, &values)).collect();
            self.calls += 1;
            runner::refuse_interrupted(&observations)?;
            if observations.iter().any(|observation| !observation.host_calls().is_empty()) {
                return Ok(Found::HostCall);
            }
            match self.judge.judge(name, Some(export), &implementations, &observations) {
                Judged::Equal => {}
                Judged::Allowed(number) => self.report.allowances[number].uses += 1,
                Judged::Different(_) => return Ok(Found::Difference(values)),
            }
            if !observations.iter().all(Observation::is_alive) {
                columns.clear();
            }
            if done % 4096 == 0 {
                let done = done as u64;
                (self.progress)(Progress { case: name, done, total: None, calls: self.calls });
            }
        }
        Ok(Found::Nothing)
    }

    /// Whether the outcome of a call depends on more than its arguments: on the calls before, or on
    /// what host functions answer. The same inputs are tried twice each, and in the opposite order.
    fn needs_sequences(
        &mut self,
        export: usize,
        domain: &Domain,
        may_call: &dyn Fn(&[Val]) -> bool,
        seed: u64,
    ) -> Result<bool> {
        const SAMPLES: u64 = 64;
        let step = (domain.size / SAMPLES).max(1) as usize;
        let inputs = (0..domain.size).step_by(step).map(|number| domain.input(number));
        let inputs: Vec<Vec<Val>> = inputs.filter(|values| may_call(values)).collect();
        for implementation in 0..self.implementations {
            let seats = [world::seat(implementation, seed)];
            let mut forwards = Tried { runner: &self.runner, seats, columns: Vec::new() };
            let mut observations = Vec::new();
            for values in &inputs {
                let Some(first) = forwards.call(export, values)? else { return Ok(true) };
                let Some(second) = forwards.call(export, values)? else { return Ok(true) };
                if !first.host_calls().is_empty() || first.difference(&second, |_| true).is_some() {
                    return Ok(true);
                }
                observations.push(first);
            }
            let mut backwards = Tried { runner: &self.runner, seats, columns: Vec::new() };
            for (values, before) in inputs.iter().zip(&observations).rev() {
                let Some(again) = backwards.call(export, values)? else { return Ok(true) };
                if before.difference(&again, |_| true).is_some() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// An instance that is made anew after a call that poisoned it.
struct Tried<'r, 'a> {
    runner: &'r Runner<'a>,
    seats: [Seat; 1],
    columns: Vec<Column<'a>>,
}

impl Tried<'_, '_> {
    /// Makes a call; `None` where there is no instance.
    fn call(&mut self, export: usize, values: &[Val]) -> Result<Option<Observation>> {
        if self.columns.is_empty() {
            self.columns = self.runner.columns(&self.seats)?.unwrap_or_default();
        }
        let Some(column) = self.columns.first_mut() else { return Ok(None) };
        let observation = column.call_values(export, values);
        if !observation.is_alive() {
            self.columns.clear();
        }
        Ok(Some(observation))
    }
}
