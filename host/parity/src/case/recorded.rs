//! Cases that compare the calls of a recording.

use anyhow::Result;

use super::{Cases, length};
use crate::compare::show;
use crate::parity::Progress;
use crate::plan::Recorded;
use crate::program::Program;
use crate::report::{CaseKind, CaseReport, Difference, Shrunk, Verdict};
use crate::run::runner::{Ran, Seat};

/// The most executions of shrinking.
const MOST_EXECUTIONS: u64 = 5000;

impl Cases<'_> {
    /// Compares the calls of a recording; a difference is shrunk by leaving calls out.
    pub(super) fn recorded(&mut self, name: &str, recorded: &Recorded) -> Result<CaseReport> {
        let seats: Vec<Seat> = (0..self.implementations)
            .map(|implementation| Seat { implementation, world: recorded.world })
            .collect();
        let run = |cases: &mut Self, program: &Program, keeps: bool| -> Result<Ran> {
            let ran = cases.runner.run(name, program, &seats, &cases.judge, &[], keeps)?;
            cases.calls += ran.calls;
            Ok(ran)
        };
        let program = &recorded.program;
        let mut whole = run(self, program, true)?;
        while whole.divergence.is_some() && self.finds_noise(name, program)? {
            whole = run(self, program, true)?;
        }
        let mut report = CaseReport {
            name: name.to_owned(),
            kind: CaseKind::Replayed,
            calls: whole.calls,
            detail: None,
            verdict: Verdict::Equal,
        };
        let Some(divergence) = whole.divergence else {
            if whole.calls < program.length() {
                let (made, last) = (whole.calls, show::last_outcome(&whole));
                let reason = format!("after call {made} ({last}) no instance could be called");
                report.verdict = Verdict::NotRun { reason };
            }
            return Ok(report);
        };
        let mut best = program.clone();
        best.calls.truncate(length(&divergence));
        let from_calls = best.length();
        let mut executions = 0;
        let ended = leave_out(&mut best, |program| {
            executions += 1;
            let calls = self.calls;
            (self.progress)(Progress { case: name, done: executions, total: None, calls });
            match executions <= MOST_EXECUTIONS {
                true => Ok(run(self, program, false)?.divergence.as_ref().map(length)),
                false => Ok(None),
            }
        });
        if executions > MOST_EXECUTIONS {
            report.detail = Some("not fully shrunk".to_owned());
        }
        let executions = executions.min(MOST_EXECUTIONS);
        let shrunk = Shrunk { from_calls, executions };
        report.verdict = Verdict::Different(match run(self, &best, true) {
            Ok(ran) => self.difference(&best, &ran, Some(shrunk), None),
            // Interrupted: the sequence is known, and its outcomes are not.
            Err(_) => Difference::of_text(best.text(self.runner.interface)),
        });
        if let Err(error) = ended {
            self.report.cases.push(report);
            return Err(error);
        }
        Ok(report)
    }
}

/// Leaves out as many calls as possible: first long runs of them, then each one alone, until none can
/// be left out. `differs` returns the number of calls up to the difference.
fn leave_out(
    best: &mut Program,
    mut differs: impl FnMut(&Program) -> Result<Option<usize>>,
) -> Result<()> {
    let mut run = best.calls.len().next_power_of_two();
    loop {
        let before = best.calls.len();
        let mut end = before;
        while end > 0 {
            let begin = end.saturating_sub(run);
            let mut shorter = best.clone();
            shorter.calls.drain(begin..end);
            if !shorter.calls.is_empty()
                && let Some(length) = differs(&shorter)?
            {
                shorter.calls.truncate(length);
                *best = shorter;
            }
            end = begin.min(best.calls.len());
        }
        match run {
            1 if best.calls.len() == before => return Ok(()),
            1 => {}
            _ => run /= 2,
        }
    }
}
