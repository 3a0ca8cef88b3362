//! The report as JUnit XML, for the test pages of a CI.

use polyreactor_contract::quote;
use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::terminal::{Canvas, write_steps};
use super::words::{course, labels, measured, remark, summary, uses};
use super::{CaseReport, Difference, Report, Verdict};

/// Writes the report as a document with one suite, which is the plugin.
///
/// A case is a test. An allowance that was never used and a limit that was exceeded are failed
/// tests as well, and so is an interrupted run: the document has a failure wherever the run has
/// one.
///
/// # Errors
///
/// The document can't be serialized.
pub fn write(report: &Report) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new(one_line(&report.plugin));
    let all: Vec<usize> = (0..report.implementations.len()).collect();
    suite.add_property(("implementations", one_line(&labels(report, &all)).as_str()));
    suite.add_property(("seed", report.seed.to_string().as_str()));
    suite.add_test_cases(report.cases.iter().map(|case| of_case(report, case)));
    let unused = report.allowances.iter().filter(|allowance| allowance.uses == 0);
    suite.add_test_cases(unused.map(|unused| {
        let name = format!("allowed difference: {}", unused.what);
        failed(report, &name, "unused", &uses(unused), &unused.reason)
    }));
    let exceeded = report.resources.iter().filter(|resource| !resource.is_kept);
    suite.add_test_cases(exceeded.map(|exceeded| {
        let name = format!("resource: {}", measured(exceeded));
        let measured = report.implementations.iter().zip(&exceeded.series);
        let measured = measured.map(|(implementation, series)| {
            format!("{}: {}", implementation.label, course(series, &exceeded.unit))
        });
        let measured = measured.collect::<Vec<_>>().join("\n");
        failed(report, &name, "exceeded", &format!("limit: {}", exceeded.limit), &measured)
    }));
    if report.cases.is_empty() {
        suite.add_test_case(failed(report, "run", "empty", "no case was run", &summary(report)));
    }
    if report.is_interrupted {
        let message = "a signal ended the run before all cases were run";
        let case = failed(report, "run", "interrupted", message, &summary(report));
        suite.add_test_case(case);
    }
    let mut document = quick_junit::Report::new("polyreactor parity");
    document.add_test_suite(suite);
    document.to_string()
}

fn of_case(report: &Report, case: &CaseReport) -> TestCase {
    let status = match &case.verdict {
        Verdict::Different(difference) | Verdict::Unexpected(difference) => {
            let kind = match case.verdict {
                Verdict::Different(_) => "different",
                _ => "unexpected",
            };
            return failed(report, &case.name, kind, &remark(case), &steps(report, difference));
        }
        Verdict::Equal => TestCaseStatus::success(),
        Verdict::NotRun { reason } => {
            return failed(report, &case.name, "not-run", &remark(case), reason);
        }
    };
    let mut test = TestCase::new(one_line(&case.name), status);
    test.set_classname(one_line(&report.plugin));
    test
}

fn failed(report: &Report, name: &str, kind: &str, message: &str, description: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(kind).set_message(one_line(message)).set_description(all_lines(description));
    let mut test = TestCase::new(one_line(name), status);
    test.set_classname(one_line(&report.plugin));
    test
}

/// The calls as the terminal shows them, with a line to repeat them.
fn steps(report: &Report, difference: &Difference) -> String {
    /// Wide enough for most outcomes; a CI's page scrolls.
    const WIDTH: usize = 120;
    let mut text = Vec::new();
    let mut canvas = Canvas { out: &mut text, width: WIDTH, color: false };
    // A vector takes everything.
    let _ = write_steps(report, difference, 0, &mut canvas);
    let replay = match difference.replay.is_empty() {
        true => String::new(),
        false => format!("replay: {}", difference.replay),
    };
    format!("{}{replay}", String::from_utf8_lossy(&text))
}

/// The text on one line, for an attribute: escaped where it is not printable. `quick-junit` would
/// drop such characters, and two different outcomes could look the same.
fn one_line(text: &str) -> String {
    quote::escape(text)
}

/// The text with its line ends, escaped as in [`one_line`].
fn all_lines(text: &str) -> String {
    text.split('\n').map(quote::escape).collect::<Vec<_>>().join("\n")
}
