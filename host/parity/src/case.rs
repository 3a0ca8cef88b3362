//! Runs cases one after the other, and reports what came of each.

mod across;
mod exhaustive;
mod recorded;
mod relation;
mod sequences;
mod test_programs;
mod written;

use anyhow::Result;

use crate::compare::judge::{Judge, Noisy};
use crate::compare::observe::Aspect;
use crate::compare::show;
use crate::generate::Dictionary;
use crate::parity::Progress;
use crate::plan::{CasePlan, Generated, Work};
use crate::program::Program;
use crate::report::{CaseKind, CaseReport, Difference, Noise, Report, Shrunk, Verdict};
use crate::run::runner::{At, Divergence, Interrupted, Ran, Runner};
use crate::run::world;
use crate::settings::Settings;

/// The cases of a run under way.
pub(crate) struct Cases<'a> {
    pub(crate) runner: Runner<'a>,
    /// The number of implementations. The report has more columns where there are foreign hosts.
    pub(crate) implementations: usize,
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) settings: &'a Settings,
    pub(crate) judge: Judge,
    pub(crate) report: &'a mut Report,
    pub(crate) progress: &'a mut dyn FnMut(Progress<'_>),
    /// The imports whose answers are generated, by their numbers: those that the suite leaves out.
    pub(crate) answered: Vec<usize>,
    /// The calls that were made on each implementation.
    pub(crate) calls: u64,
}

impl Cases<'_> {
    /// Runs the cases in order. On an error the report has those before; where the run is
    /// interrupted, the others are in it as not run.
    pub(crate) fn run(&mut self, cases: &[CasePlan]) -> Result<()> {
        for (number, case) in cases.iter().enumerate() {
            let seed = world::mix(self.settings.seed, number as u64);
            let before = self.report.cases.len();
            let report = match &case.work {
                Work::Written(written) => self.written(&case.name, written, seed),
                Work::Generated(generated) => self.generated(&case.name, generated, seed),
                Work::Relation(relation) => self.relation(&case.name, relation, seed),
                Work::Recorded(recorded) => self.recorded(&case.name, recorded),
            };
            match report {
                Ok(mut report) => {
                    // "Equal" says that something was compared.
                    let is_bare = matches!(&case.work, Work::Written(written)
                        if written.is_replayed && written.program.calls.is_empty());
                    if report.calls == 0 && !is_bare && matches!(report.verdict, Verdict::Equal) {
                        let reason = "no call was made: every one was left out, or no instance \
                                      could be initialised";
                        report.verdict = Verdict::NotRun { reason: reason.to_owned() };
                    }
                    self.report.cases.push(report);
                }
                Err(error) => {
                    // The interrupted case may have reported what it found so far.
                    let is_reported = self.report.cases.len() > before;
                    let left = &cases[number + usize::from(is_reported)..];
                    if error.is::<Interrupted>() {
                        self.report.cases.extend(left.iter().map(not_run));
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Adds the noise that was found to the report.
    pub(crate) fn report_noise(&mut self) {
        let interface = self.runner.interface;
        let noise = self.judge.noise.iter().map(|((export, aspect), noisy)| Noise {
            export: match export {
                Some(export) => interface.exports[*export].name.clone(),
                // Files are compared at the end of a sequence.
                None if *aspect == Aspect::Files => "(end)".to_owned(),
                None => "_initialize".to_owned(),
            },
            aspect: aspect.word().to_owned(),
            implementations: noisy.implementations.clone(),
            examples: noisy.examples.clone(),
        });
        self.report.noise.extend(noise);
    }

    /// Runs a program on all implementations.
    fn run_compared(
        &mut self,
        case: &str,
        program: &Program,
        seed: u64,
        keeps: bool,
    ) -> Result<Ran> {
        self.run_generated(case, program, &Generated::default(), seed, keeps)
    }

    fn run_generated(
        &mut self,
        case: &str,
        program: &Program,
        generated: &Generated,
        seed: u64,
        keeps: bool,
    ) -> Result<Ran> {
        let seats = world::seats(self.implementations, seed);
        let ran =
            self.runner.run(case, program, &seats, &self.judge, &generated.invariants, keeps)?;
        self.calls += ran.calls;
        for allowed in &ran.allowed {
            self.report.allowances[*allowed].uses += 1;
        }
        Ok(ran)
    }

    /// Runs a program twice on each implementation, in two worlds. Returns whether something
    /// differs that was not known to be noise.
    fn finds_noise(&mut self, case: &str, program: &Program) -> Result<bool> {
        let mut found = Vec::new();
        for implementation in 0..self.implementations {
            for attempt in 0..2 {
                let seats = world::twins(implementation, attempt);
                let ran = self.runner.run(case, program, &seats, &self.judge, &[], true)?;
                if let (Some(divergence), Some(step)) = (ran.divergence, ran.steps.last()) {
                    let examples =
                        [0, 1].map(|at| show::aspect(&step.observations[at], divergence.aspect));
                    found.push(((divergence.export, divergence.aspect), implementation, examples));
                    break;
                }
            }
        }
        let has_found = !found.is_empty();
        for (key, implementation, examples) in found {
            let noisy = self.judge.noise.entry(key);
            let noisy = noisy.or_insert_with(|| Noisy { implementations: Vec::new(), examples });
            noisy.implementations.push(implementation);
        }
        Ok(has_found)
    }

    fn difference(
        &self,
        program: &Program,
        ran: &Ran,
        shrunk: Option<Shrunk>,
        expected: Option<(usize, String)>,
    ) -> Difference {
        show::difference(self.runner.interface, &self.judge, program, ran, shrunk, expected)
    }
}

fn not_run(case: &CasePlan) -> CaseReport {
    let kind = match &case.work {
        Work::Written(written) if !written.is_replayed => CaseKind::Written,
        Work::Written(_) | Work::Recorded(_) => CaseKind::Replayed,
        Work::Generated(_) | Work::Relation(_) => CaseKind::Generated,
    };
    let verdict = Verdict::NotRun { reason: "the run was interrupted".to_owned() };
    CaseReport { name: case.name.clone(), kind, calls: 0, detail: None, verdict }
}

/// The number of calls up to a difference.
fn length(divergence: &Divergence) -> usize {
    match divergence.at {
        At::Initialize => 0,
        At::Call(number, _) => number + 1,
        At::End => usize::MAX,
    }
}
