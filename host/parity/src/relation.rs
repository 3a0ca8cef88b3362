//! Relations: two sequences of calls that end in equal outcomes, on fresh instances of the same
//! implementation.

use anyhow::Result;
use polyreactor_contract::Val;

use crate::generate::{Dictionary, Source, Values};
use crate::observe::Observation;
use crate::plan::Relation;
use crate::program::Program;
use crate::report::{Detail, Difference, Group, StepReport};
use crate::runner::Runner;
use crate::shrink::Drawn;
use crate::world;

impl Relation {
    /// Draws values for the names of both sides.
    pub(crate) fn draw(&self, mut source: Source, dictionary: &Dictionary) -> Drawn<Vec<Val>> {
        let mut values = Values { dictionary, integers: Vec::new(), texts: Vec::new() };
        let names = self.names.iter();
        let drawn = names.map(|(_, ty)| values.value(&mut source, ty, None)).collect();
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
                return Ok(None);
            };
            if one != two {
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
        let mut replay = Vec::new();
        for side in 0..2 {
            let calls = (self.sides[side])(values).unwrap_or_default();
            let program = Program { calls, answers: Vec::new() };
            let text = program.text(runner.interface);
            let mut groups: Vec<Group> = Vec::new();
            for implementation in 0..implementations {
                let outcomes = self.outcomes(runner, values, implementation, seed, &mut 0)?;
                let outcome = outcomes.map(|outcomes| outcomes[side].clone()).unwrap_or_default();
                match groups.iter_mut().find(|group| group.outcome == outcome) {
                    Some(group) => group.implementations.push(implementation),
                    None => groups.push(Group {
                        implementations: vec![implementation],
                        outcome,
                        details: Vec::<Detail>::new(),
                    }),
                }
            }
            steps.push(StepReport { call: text.clone(), groups });
            replay.push(text);
        }
        let expected = Some(format!("equal outcomes: {}", self.text));
        Ok(Difference { steps, replay: replay.swap_remove(0), shrunk: None, expected })
    }

    /// The last outcomes of both sides; `None` where an argument is undefined.
    fn outcomes(
        &self,
        runner: &Runner<'_>,
        values: &[Val],
        implementation: usize,
        seed: u64,
        calls: &mut u64,
    ) -> Result<Option<[String; 2]>> {
        let mut outcomes = [String::new(), String::new()];
        for (side, outcome) in self.sides.iter().zip(&mut outcomes) {
            let Some(side) = side(values) else { return Ok(None) };
            let Some(mut columns) = runner.columns(&[world::seat(implementation, seed)])? else {
                return Ok(None);
            };
            let mut last: Option<Observation> = None;
            for call in &side {
                *calls += 1;
                last = columns.first_mut().map(|column| {
                    let observation = column.call(call);
                    column.keep_result(&observation);
                    observation
                });
                if last.as_ref().is_some_and(|last| !last.is_alive()) {
                    break;
                }
            }
            *outcome = last.map(|last| last.outcome()).unwrap_or_default();
        }
        Ok(Some(outcomes))
    }
}
