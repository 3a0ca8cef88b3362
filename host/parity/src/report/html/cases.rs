//! The matrix: a row for each case, a column for each implementation.

use super::markup::{Prose, Text};
use super::steps;
use crate::report::words::remark;
use crate::report::{CaseKind, CaseReport, Difference, Report, StepReport, Verdict};

/// The rows, as `div` elements with roles: browsers number the items of a list anew for each one that
/// a filter hides, which takes seconds for thousands. A case that shows calls is a `details` element: it opens by a click or a key.
pub(super) fn matrix(report: &Report, replay_command: &str) -> String {
    if report.cases.is_empty() {
        return "<p class=\"empty\">The suite has no cases.</p>".to_owned();
    }
    let labels = report.implementations.iter();
    let labels: String =
        labels.map(|of| format!("<span class=\"label\">{}</span>", Text(&of.label))).collect();
    let mut rows = String::new();
    for (number, case) in report.cases.iter().enumerate() {
        rows += &row(report, number, case, replay_command);
    }
    format!(
        "<div class=\"matrix\" style=\"--columns:{}\">\
         <div class=\"head row\" aria-hidden=\"true\"><span>Case</span>{labels}<span>Calls</span>\
         </div><div id=\"cases\" role=\"list\">{rows}</div>\
         <p class=\"empty\" id=\"none\" hidden>No case matches.</p></div>",
        report.implementations.len()
    )
}

fn row(report: &Report, number: usize, case: &CaseReport, replay_command: &str) -> String {
    let (class, difference) = match &case.verdict {
        Verdict::Equal => ("is-equal", None),
        Verdict::Different(difference) => ("is-different", Some(difference)),
        Verdict::Unexpected(difference) => ("is-unexpected", Some(difference)),
        Verdict::NotRun { .. } => ("is-not-run", None),
    };
    let cells = (0..report.implementations.len()).map(|index| {
        let label = &report.implementations[index].label;
        if report.takes_part(index, number) { cell(report, case, index) } else { absent(label) }
    });
    let cells: String = cells.collect();
    let content = format!(
        "<span class=\"name\">{}</span>{cells}<span class=\"remark\"><i>{}</i> <span>{}</span>\
         </span>",
        Text(&case.name),
        kind(case.kind),
        Prose(&remark(case)),
    );
    let id = number + 1;
    match difference {
        None => format!(
            "<div role=\"listitem\" class=\"{class}\" id=\"case-{id}\"><div class=\"row\">{content}</div></div>\n"
        ),
        Some(difference) => format!(
            "<div role=\"listitem\" class=\"{class}\" id=\"case-{id}\"><details><summary class=\"row\">{content}\
             </summary>{}</details></div>\n",
            steps::panel(report, difference, replay_command)
        ),
    }
}

fn kind(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Written => "written",
        CaseKind::Generated => "generated",
        CaseKind::Exhaustive => "exhaustive",
        CaseKind::Replayed => "replayed",
    }
}

fn cell(report: &Report, case: &CaseReport, index: usize) -> String {
    let label = || report.implementations.get(index).map_or("", |of| &of.label);
    match &case.verdict {
        Verdict::Equal => "<span class=\"cell\">✓ <small>equal</small></span>".to_owned(),
        Verdict::NotRun { .. } => "<span class=\"cell\">– <small>not run</small></span>".to_owned(),
        Verdict::Different(difference) => outcome(label(), difference, index),
        Verdict::Unexpected(difference) => outcome(label(), difference, index),
    }
}

/// What the implementation did in the call that shows the difference, and the letter of its group.
fn outcome(label: &str, difference: &Difference, index: usize) -> String {
    let step = difference.steps.iter().rev().find(|step| step.groups.len() > 1);
    let Some(step) = step.or(difference.steps.last()) else { return absent(label) };
    let group = step.groups.iter().position(|group| group.implementations.contains(&index));
    let Some(group) = group else { return absent(label) };
    let letter = if step.groups.len() > 1 { steps::letter(group) } else { String::new() };
    let text = short(step, group);
    format!(
        "<span class=\"cell\" title=\"{0}\"><span class=\"unseen\">{1}: </span>✗ {letter} \
         <code>{0}</code></span>",
        Text(&text),
        Text(label)
    )
}

/// The outcome of a group; with what else differs, where another group has the same outcome.
fn short(step: &StepReport, group: usize) -> String {
    let outcome = &step.groups[group].outcome;
    if step.groups.iter().filter(|other| other.outcome == *outcome).count() < 2 {
        return outcome.clone();
    }
    let differing = step.groups[group].details.iter().find(|detail| detail.differs);
    differing.map_or(outcome.clone(), |detail| format!("{outcome}, {}", detail.label))
}

fn absent(label: &str) -> String {
    format!("<span class=\"cell\"><span class=\"unseen\">{}: </span>–</span>", Text(label))
}
