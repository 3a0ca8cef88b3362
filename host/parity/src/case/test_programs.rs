//! Cases that run test programs: plugins whose exports are tests of the plugin under comparison.

use anyhow::Result;
use polyreactor_host::InstanceConfig;

use super::Cases;
use crate::plan::Written;
use crate::report::{CaseKind, CaseReport, Detail, Difference, Group, StepReport, Verdict};
use crate::run::column::Column;
use crate::run::test_program::{PASSED, TestProgram, Tested};
use crate::run::world;

impl Cases<'_> {
    /// Runs every test of the programs on every implementation, each on new instances.
    pub(crate) fn test_programs(&mut self, programs: &[TestProgram]) -> Result<()> {
        for program in programs {
            for test in &program.tests {
                let report = self.test(program, test)?;
                self.report.cases.push(report);
            }
        }
        Ok(())
    }

    fn test(&mut self, program: &TestProgram, test: &str) -> Result<CaseReport> {
        let mut tested = Vec::new();
        for implementation in 0..self.implementations {
            let seat = world::seat(implementation, self.settings.seed);
            let linked = &self.runner.linked[implementation];
            let nothing = Written::default().program;
            let (column, observation) = Column::new(
                linked,
                self.runner.interface,
                seat.world,
                self.runner.conditions,
                &nothing,
            )?;
            let Some(column) = column else {
                let outcome = format!("`_initialize`: {}", observation.outcome());
                tested.push(Tested { outcome, message: String::new(), output: String::new() });
                continue;
            };
            let conditions = self.runner.conditions;
            let mut config = InstanceConfig::new()
                .deterministic(self.settings.seed)
                .cancellation(&conditions.cancellation);
            if let Some(timeout) = conditions.timeout {
                // A test makes many calls, each within the limit of a call.
                config = config.timeout(timeout * 10);
            }
            tested.push(program.run(test, column.into_instance(), config));
            self.calls += 1;
        }
        let name = format!("{}: {test}", program.name);
        let passes = tested.iter().filter(|tested| tested.outcome == PASSED).count();
        let call = format!("{test}()");
        let verdict = match passes {
            all if all == tested.len() => Verdict::Equal,
            // All fail alike, or some pass: a test that one implementation fails is a difference.
            passes => {
                let groups = groups(&tested);
                let is_unexpected = passes == 0 && groups.len() == 1;
                let difference = Difference {
                    steps: vec![StepReport { call, groups }],
                    replay: String::new(),
                    shrunk: None,
                    expected: is_unexpected.then(|| PASSED.to_owned()),
                };
                match is_unexpected {
                    true => Verdict::Unexpected(difference),
                    false => Verdict::Different(difference),
                }
            }
        };
        Ok(CaseReport { name, kind: CaseKind::Written, calls: 1, detail: None, verdict })
    }
}

fn groups(tested: &[Tested]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (implementation, tested) in tested.iter().enumerate() {
        let parts = [("message", &tested.message), ("output", &tested.output)];
        let details = parts.into_iter().filter(|(_, text)| !text.is_empty());
        let details: Vec<Detail> = details
            .map(|(label, text)| Detail {
                label: label.to_owned(),
                text: text.clone(),
                differs: false,
            })
            .collect();
        let same = |group: &&mut Group| group.outcome == tested.outcome && group.details == details;
        match groups.iter_mut().find(same) {
            Some(group) => group.implementations.push(implementation),
            None => groups.push(Group {
                implementations: vec![implementation],
                outcome: tested.outcome.clone(),
                details,
            }),
        }
    }
    groups
}
