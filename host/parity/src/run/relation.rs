//! Relations: two sequences of calls that end in equal outcomes, on fresh instances of the same
//! implementation.

use anyhow::Result;
use polyreactor_contract::Val;

use crate::generate::{Dictionary, Source, Values};
use crate::plan::Relation;
use crate::program::{Call, Program};
use crate::report::{Detail, Difference, Group, StepReport};
use crate::run::runner::{Runner, refuse_interrupted};
use crate::run::world;
use crate::shrink::Drawn;

impl Relation {
    /// Draws values for the names of both sides.
    pub(crate) fn draw(&self, mut source: Source, dictionary: &Dictionary) -> Drawn<Vec<Val>> {
        let mut values = Values { dictionary, integers: Vec::new(), texts: Vec::new() };
        let names = self.names.iter();
        let drawn = names.map(|(_, ty, range)| values.value(&mut source, ty, *range)).collect();
        source.into_drawn(drawn)
    }

    /// The number of an implementation for which the relation does not hold. Adds the calls that
    /// were made to `calls`.
    pub(crate) fn violated(
        &self,
        runner: &Runner<'_>,
        values: &[Val],
        implementations: usize,
        seed: u64,
        calls: &mut u64,
    ) -> Result<Option<usize>> {
        for implementation in 0..implementations {
            let Some([one, two]) = self.outcomes(runner, values, implementation, seed, calls)?
            else {
                // An instance that can't be made, or an argument that is undefined.
                continue;
            };
            if one.outcome != two.outcome {
                return Ok(Some(implementation));
            }
        }
        Ok(None)
    }

    /// What a report shows of a violation.
    pub(crate) fn difference(
        &self,
        runner: &Runner<'_>,
        values: &[Val],
        implementations: usize,
        seed: u64,
    ) -> Result<Difference> {
        let mut steps = Vec::new();
        for side in 0..2 {
            let mut text = String::new();
            let mut groups: Vec<Group> = Vec::new();
            for implementation in 0..implementations {
                let sides = self.outcomes(runner, values, implementation, seed, &mut 0)?;
                let Some(Side { calls, outcome }) = sides.map(|sides| sides[side].clone()) else {
                    continue;
                };
                text = Program { calls, answers: Vec::new() }.text(runner.interface);
                match groups.iter_mut().find(|group| group.outcome == outcome) {
                    Some(group) => group.implementations.push(implementation),
                    None => groups.push(Group {
                        implementations: vec![implementation],
                        outcome,
                        details: Vec::<Detail>::new(),
                    }),
                }
            }
            steps.push(StepReport { call: text, groups });
        }
        let expected = Some(format!("equal outcomes: {}", self.text));
        Ok(Difference { steps, replay: String::new(), shrunk: None, expected })
    }

    /// Both sides; `None` where an argument is undefined.
    fn outcomes(
        &self,
        runner: &Runner<'_>,
        values: &[Val],
        implementation: usize,
        seed: u64,
        calls: &mut u64,
    ) -> Result<Option<[Side; 2]>> {
        let mut sides = [Side::default(), Side::default()];
        for (steps, side) in self.sides.iter().zip(&mut sides) {
            let Some(mut columns) = runner.columns(&[world::seat(implementation, seed)])? else {
                return Ok(None);
            };
            let Some(column) = columns.first_mut() else { return Ok(None) };
            for step in steps {
                let Some(call) = step(values, column.results()) else { return Ok(None) };
                *calls += 1;
                let observation = column.call(&call);
                refuse_interrupted(std::slice::from_ref(&observation))?;
                column.keep_result(&observation);
                side.calls.push(call);
                side.outcome = observation.outcome();
                if !observation.is_alive() {
                    break;
                }
            }
        }
        Ok(Some(sides))
    }
}

/// A side of a relation, for given values: its calls, and the outcome of the last one.
#[derive(Debug, Clone, Default)]
struct Side {
    calls: Vec<Call>,
    outcome: String,
}
