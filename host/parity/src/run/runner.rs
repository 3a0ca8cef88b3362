//! [`Runner`]: runs a program on several instances in step, and stops at the first difference.

use anyhow::Result;
use polyreactor_contract::Val;
use polyreactor_host::{ErrorKind, Linked};

use crate::compare::judge::{Judge, Judged};
use crate::compare::observe::{Aspect, End, Observation};
use crate::plan::Invariant;
use crate::plugin::interface::Interface;
use crate::program::Program;
use crate::run::column::{Column, Conditions, World};

/// An instance that takes part in a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat {
    pub(crate) implementation: usize,
    pub(crate) world: World,
}

/// Runs programs.
#[derive(Clone)]
pub(crate) struct Runner<'a> {
    pub(crate) interface: &'a Interface,
    /// The implementations, linked.
    pub(crate) linked: &'a [Linked],
    pub(crate) conditions: &'a Conditions,
}

/// What came of a program.
#[derive(Default)]
pub(crate) struct Ran {
    /// The observations of each call that was made, one for each instance: the last of its
    /// repetitions, or the one that differs. The first entry is `_initialize`.
    pub(crate) steps: Vec<Step>,
    pub(crate) divergence: Option<Divergence>,
    /// The number of calls that were made on each instance.
    pub(crate) calls: u64,
    /// The allowances that were used.
    pub(crate) allowed: Vec<usize>,
    /// An invariant that does not hold after the last step: the number of steps, and its text.
    pub(crate) violated: Option<(usize, String)>,
}

impl Ran {
    /// The result of each call, on the first instance.
    pub(crate) fn results(&self) -> Vec<Option<Val>> {
        let calls = self.steps.iter().filter(|step| matches!(step.at, At::Call(..)));
        let results = calls.map(|step| match &step.observations[0].end {
            End::Returned(outcome) => outcome.results.first().cloned(),
            End::Failed(_) => None,
        });
        results.collect()
    }

    /// Keeps the observations of a step, in place of those of the same call's earlier repetition.
    pub(crate) fn keep(&mut self, step: Step) {
        match self.steps.last_mut() {
            Some(last) if is_same_call(last.at, step.at) => *last = step,
            _ => self.steps.push(step),
        }
    }
}

pub(crate) struct Step {
    pub(crate) at: At,
    /// The number of the allowance that lets the observations differ.
    pub(crate) allowed: Option<usize>,
    pub(crate) observations: Vec<Observation>,
}

/// A place in a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Initialize,
    /// The call of that number, in that repetition, counted from 1.
    Call(usize, u32),
    End,
}

/// The first difference of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Divergence {
    pub(crate) at: At,
    /// The export; `None` for `_initialize`.
    pub(crate) export: Option<usize>,
    pub(crate) aspect: Aspect,
}

/// The error of a run that a signal or a cancellation has ended.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the run was interrupted")
    }
}

impl std::error::Error for Interrupted {}

impl<'a> Runner<'a> {
    /// An instance for each seat; `None` where one can't be initialised.
    pub(crate) fn columns(&self, seats: &[Seat]) -> Result<Option<Vec<Column<'a>>>> {
        let program = Program::default();
        let columns = seats.iter().map(|seat| {
            let linked = &self.linked[seat.implementation];
            let made = Column::new(linked, self.interface, seat.world, self.conditions, &program)?;
            Ok(made.0)
        });
        columns.collect()
    }

    /// Runs a program on an instance for each seat. The steps are kept where `keeps` says so.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] after a cancellation; an error of the host where an instance can't be made.
    pub(crate) fn run(
        &self,
        case: &str,
        program: &Program,
        seats: &[Seat],
        judge: &Judge,
        invariants: &[Invariant],
        keeps: bool,
    ) -> Result<Ran> {
        let mut run = Run { judge, case, keeps, ran: Ran::default(), implementations: Vec::new() };
        run.implementations = seats.iter().map(|seat| seat.implementation).collect();
        let mut columns: Vec<Column<'_>> = Vec::with_capacity(seats.len());
        let mut observations = Vec::with_capacity(seats.len());
        for seat in seats {
            let linked = &self.linked[seat.implementation];
            let (column, observation) =
                Column::new(linked, self.interface, seat.world, self.conditions, program)?;
            columns.extend(column);
            observations.push(observation);
        }
        if !run.goes_on(At::Initialize, None, observations)? {
            return Ok(run.ran);
        }
        for (number, call) in program.calls.iter().enumerate() {
            for time in 1..=call.times {
                let observations: Vec<_> =
                    columns.iter_mut().map(|column| column.call(call)).collect();
                if time == call.times {
                    let pairs = columns.iter_mut().zip(&observations);
                    pairs.for_each(|(column, observation)| column.keep_result(observation));
                }
                run.ran.calls += 1;
                let violated = invariants.iter().find(|invariant| {
                    invariant.export == call.export
                        && columns.iter().zip(&observations).any(|(column, observation)| {
                            let values = column.arguments(call);
                            values.and_then(|values| (invariant.holds)(&values, observation))
                                == Some(false)
                        })
                });
                if let Some(invariant) = violated {
                    run.keep(Step { at: At::Call(number, time), observations, allowed: None });
                    let at = At::Call(number, time);
                    let (export, aspect) = (Some(call.export), Aspect::Result);
                    run.ran.divergence = Some(Divergence { at, export, aspect });
                    run.ran.violated = Some((run.ran.steps.len(), invariant.text.clone()));
                    return Ok(run.ran);
                }
                if !run.goes_on(At::Call(number, time), Some(call.export), observations)? {
                    return Ok(run.ran);
                }
            }
        }
        let ends = columns.iter().map(Column::end).collect::<Result<Option<Vec<_>>>>()?;
        if let Some(observations) = ends {
            run.goes_on(At::End, None, observations)?;
        }
        Ok(run.ran)
    }
}

/// A run under way.
struct Run<'a> {
    judge: &'a Judge,
    case: &'a str,
    keeps: bool,
    ran: Ran,
    implementations: Vec<usize>,
}

impl Run<'_> {
    /// Judges the observations of a call; returns whether the next call can be made.
    fn goes_on(
        &mut self,
        at: At,
        export: Option<usize>,
        observations: Vec<Observation>,
    ) -> Result<bool> {
        refuse_interrupted(&observations)?;
        let judged = self.judge.judge(self.case, export, &self.implementations, &observations);
        match judged {
            Judged::Equal => {}
            Judged::Allowed(number) => self.ran.allowed.push(number),
            Judged::Different(aspect) => {
                self.ran.divergence = Some(Divergence { at, export, aspect });
            }
        }
        let is_alive = observations.iter().all(Observation::is_alive);
        let allowed = match judged {
            Judged::Allowed(number) => Some(number),
            Judged::Equal | Judged::Different(_) => None,
        };
        self.keep(Step { at, observations, allowed });
        Ok(is_alive && self.ran.divergence.is_none())
    }

    fn keep(&mut self, step: Step) {
        if self.keeps {
            self.ran.keep(step);
        }
    }
}

/// Fails where a cancellation has ended a call.
pub(crate) fn refuse_interrupted(observations: &[Observation]) -> Result<()> {
    let is_cancelled = |observation: &Observation| match &observation.end {
        End::Failed(failure) => failure.kind == ErrorKind::Cancelled,
        End::Returned(_) => false,
    };
    if observations.iter().any(is_cancelled) { Err(Interrupted.into()) } else { Ok(()) }
}

fn is_same_call(one: At, other: At) -> bool {
    matches!((one, other), (At::Call(one, _), At::Call(other, _)) if one == other)
}
