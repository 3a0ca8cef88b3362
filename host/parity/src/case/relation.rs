//! Cases that relate two sequences within each implementation.

use anyhow::Result;
use polyreactor_contract::Val;

use super::Cases;
use crate::generate::Source;
use crate::plan::Relation;
use crate::report::{CaseKind, CaseReport, Difference, Verdict};
use crate::run::world;
use crate::shrink::{Drawn, shrink};

/// The most pairs of sequences: each needs instances of its own.
const MOST_PAIRS: u64 = 500;

impl Cases<'_> {
    /// Tries a relation for generated values of its names.
    pub(super) fn relation(
        &mut self,
        name: &str,
        relation: &Relation,
        seed: u64,
    ) -> Result<CaseReport> {
        let total = self.settings.sequences(relation.sequences).min(MOST_PAIRS);
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
            if let Err(error) = ended {
                // Interrupted: the values are known, and the outcomes are not.
                let names = relation.names.iter().zip(&shrunken.drawn.item);
                let values: Vec<_> =
                    names.map(|((name, ..), it)| format!("{name} = {it}")).collect();
                let mut found = Difference::of_text(String::new());
                found.expected = Some(format!("{} for {}", relation.text, values.join(", ")));
                let (name, verdict) = (name.to_owned(), Verdict::Unexpected(found));
                let kind = CaseKind::Generated;
                self.report.cases.push(CaseReport { name, kind, calls, detail: None, verdict });
                return Err(error);
            }
            let values = &shrunken.drawn.item;
            let difference = relation.difference(&runner, values, implementations, seed)?;
            verdict = Verdict::Unexpected(difference);
            break;
        }
        self.calls += calls;
        let detail = Some(format!("{total} pairs of sequences"));
        Ok(CaseReport { name: name.to_owned(), kind: CaseKind::Generated, calls, detail, verdict })
    }
}
