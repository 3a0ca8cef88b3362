//! Cases that compare the calls of a recording.

use anyhow::Result;

use super::{Cases, length};
use crate::generate::{Source, SpanKind};
use crate::plan::Recorded;
use crate::program::Program;
use crate::report::{CaseKind, CaseReport, Shrunk, Verdict};
use crate::run::runner::{Ran, Seat};
use crate::shrink::{cut_after, shrink};

impl Cases<'_> {
    /// Compares the calls of a recording; a difference is shrunk by leaving calls out.
    pub(super) fn recorded(&mut self, name: &str, recorded: &Recorded) -> Result<CaseReport> {
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
        let run = |cases: &mut Self, program: &Program, keeps: bool| -> Result<Ran> {
            let ran = cases.runner.run(name, program, &seats, &cases.judge, &[], keeps)?;
            cases.calls += ran.calls;
            Ok(ran)
        };
        let mut whole = run(self, &recorded.program, false)?;
        while whole.divergence.is_some() && self.finds_noise(name, &recorded.program)? {
            whole = run(self, &recorded.program, false)?;
        }
        let verdict = match whole.divergence {
            None => Verdict::Equal,
            Some(divergence) => {
                let found = cut_after(draw(Source::random(0)), length(&divergence), draw);
                let from_calls = found.item.length();
                let differs = |program: &Program| {
                    Ok(run(self, program, false)?.divergence.as_ref().map(length))
                };
                let (shrunken, ended) = shrink(found, draw, differs, |_| None);
                ended?;
                let program = shrunken.drawn.item;
                let ran = run(self, &program, true)?;
                let shrunk = Shrunk { from_calls, executions: shrunken.executions };
                Verdict::Different(self.difference(&program, &ran, Some(shrunk), None))
            }
        };
        let kind = CaseKind::Replayed;
        Ok(CaseReport { name: name.to_owned(), kind, calls: whole.calls, detail: None, verdict })
    }
}
