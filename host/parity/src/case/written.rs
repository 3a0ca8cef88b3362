//! Cases that the suite has written down, and sequences that are made again.

use anyhow::Result;

use super::{Cases, length};
use crate::compare::show;
use crate::plan::Written;
use crate::report::{CaseKind, CaseReport, Verdict};
use crate::run::runner::At;

impl Cases<'_> {
    /// Makes the calls of a case, and compares them with each other and with the suite.
    pub(super) fn written(
        &mut self,
        name: &str,
        written: &Written,
        seed: u64,
    ) -> Result<CaseReport> {
        let program = &written.program;
        let mut ran = self.run_compared(name, program, seed, true)?;
        while ran.divergence.is_some() && self.finds_noise(name, program)? {
            ran = self.run_compared(name, program, seed, true)?;
        }
        let unexpected = ran.steps.iter().enumerate().find_map(|(number, step)| {
            let At::Call(call, _) = step.at else { return None };
            let expected = written.expected.get(call)?.as_ref()?;
            // What an allowance lets an implementation do is not what the suite expects.
            let may_differ = |implementation: &usize| {
                let allowed = step.allowed.map(|number| &self.judge.allowances[number]);
                allowed.is_some_and(|allowed| allowed.implementations.contains(implementation))
            };
            let is_as_expected = step
                .observations
                .iter()
                .enumerate()
                .all(|(at, observation)| may_differ(&at) || expected.matches(observation));
            (!is_as_expected).then_some((number, expected))
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
                let text = Some((steps, expected.text()));
                let mut difference = self.difference(program, &ran, None, text);
                // Made again, the calls have to be as unexpected.
                difference.replay += &expected.suffix();
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
}
