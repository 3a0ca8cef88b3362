//! The report as text for a terminal.

use std::io::{self, Write};

use super::words::{count, course, differing, labels, measured, remark, summary, thousands, uses};
use super::{CaseReport, Report, Verdict};

mod canvas;
mod steps;

pub(super) use canvas::{Canvas, cut};
use canvas::{Style, shown_width};
pub(super) use steps::write as write_steps;

/// How the report is written.
#[derive(Debug, Clone)]
pub struct TerminalOptions {
    /// The width of the terminal, in columns. Longer texts are wrapped, or end with `…`; only
    /// `replay_command` stays whole.
    pub width: usize,
    /// Whether the terminal shows colour.
    pub color: bool,
    /// The command of this run, for a shell: `polyreactor parity examples/counter`.
    pub replay_command: String,
}

/// Writes the report.
///
/// # Errors
///
/// `out` can't be written.
pub fn write(report: &Report, options: &TerminalOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut canvas = Canvas { out, width: options.width.max(20), color: options.color };
    write_title(report, &mut canvas)?;
    let column = column(report, canvas.width);
    for case in &report.cases {
        write_case(report, case, column, options, &mut canvas)?;
    }
    write_noise(report, column, &mut canvas)?;
    write_allowances(report, column, &mut canvas)?;
    write_resources(report, column, &mut canvas)?;
    write_notes(report, &mut canvas)?;
    let style = if report.is_equal() { Style::Good } else { Style::Bad };
    canvas.prose(&[], (0, style, &summary(report)))
}

fn write_title(report: &Report, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let all: Vec<usize> = (0..report.implementations.len()).collect();
    let mut title = format!("{}: {}", report.plugin, labels(report, &all));
    if report.sequences > 0 {
        title += &format!(" · {} generated", count(report.sequences, "sequence"));
    }
    title += &format!(" · seed {}", report.seed);
    canvas.prose(&[], (0, Style::Bold, &title))
}

/// The column of the remarks: behind the longest name, but not far to the right. A longer name
/// shifts only its own remark.
fn column(report: &Report, width: usize) -> usize {
    let names = report.cases.iter().map(|case| shown_width(&case.name));
    let noise = report.noise.iter().map(|noise| shown_width(&differing(report, noise)));
    let allowed = report.allowances.iter().map(|allowance| shown_width(&allowance.what));
    let resources = report.resources.iter().map(|resource| shown_width(&measured(resource)));
    let widest = (width * 3 / 5).saturating_sub(8);
    let fitting = names.chain(noise).chain(allowed).chain(resources).filter(|&name| name <= widest);
    4 + fitting.max().unwrap_or_default() + 3
}

fn write_case(
    report: &Report,
    case: &CaseReport,
    column: usize,
    options: &TerminalOptions,
    canvas: &mut Canvas<'_>,
) -> io::Result<()> {
    let (style, sign) = match case.verdict {
        Verdict::Equal => (Style::Good, "✓"),
        Verdict::Different(_) | Verdict::Unexpected(_) => (Style::Bad, "✗"),
        Verdict::NotRun { .. } => (Style::Marked, "–"),
    };
    let name_style = if style == Style::Bad { Style::Bold } else { Style::Plain };
    write_row((style, sign), (name_style, &case.name), (column, &remark(case)), canvas)?;
    if let Verdict::Different(difference) | Verdict::Unexpected(difference) = &case.verdict {
        write_steps(report, difference, 8, canvas)?;
        steps::write_again(&options.replay_command, difference, 4, canvas)?;
    }
    Ok(())
}

/// Writes a sign, a name, and a remark at its column; on its own lines if the name is too long.
fn write_row(
    (style, sign): (Style, &str),
    (name_style, name): (Style, &str),
    (column, remark): (usize, &str),
    canvas: &mut Canvas<'_>,
) -> io::Result<()> {
    let end = 4 + shown_width(name) + 2;
    let fits = end > column && end + shown_width(remark) <= canvas.width;
    let column = if fits { end } else { column };
    canvas.prose(&[(2, style, sign), (4, name_style, name)], (column, Style::Dim, remark))
}

fn write_noise(report: &Report, column: usize, canvas: &mut Canvas<'_>) -> io::Result<()> {
    if report.noise.is_empty() {
        return Ok(());
    }
    let title = "not compared, because two runs of one implementation differ:";
    canvas.prose(&[], (0, Style::Bold, title))?;
    for noise in &report.noise {
        let what = differing(report, noise);
        let [one, other] = &noise.examples;
        let examples = format!("{one}, then {other}");
        write_row((Style::Marked, "–"), (Style::Plain, &what), (column, &examples), canvas)?;
    }
    Ok(())
}

fn write_allowances(report: &Report, column: usize, canvas: &mut Canvas<'_>) -> io::Result<()> {
    if !report.allowances.is_empty() {
        canvas.line(&[(0, Style::Bold, "allowed differences:")])?;
    }
    for allowance in &report.allowances {
        let sign = if allowance.uses > 0 { (Style::Good, "✓") } else { (Style::Bad, "✗") };
        write_row(sign, (Style::Plain, &allowance.what), (column, &uses(allowance)), canvas)?;
        canvas.prose(&[], (8, Style::Dim, &allowance.reason))?;
        if let Some(link) = &allowance.link {
            canvas.prose(&[], (8, Style::Dim, link))?;
        }
    }
    Ok(())
}

fn write_resources(report: &Report, column: usize, canvas: &mut Canvas<'_>) -> io::Result<()> {
    if !report.resources.is_empty() {
        canvas.line(&[(0, Style::Bold, "resources:")])?;
    }
    for resource in &report.resources {
        let sign = if resource.is_kept { (Style::Good, "✓") } else { (Style::Bad, "✗") };
        let limit = format!("limit: {}", resource.limit);
        write_row(sign, (Style::Plain, &measured(resource)), (column, &limit), canvas)?;
        let labels = report.implementations.iter().map(|implementation| &implementation.label);
        let width = labels.clone().map(|label| shown_width(label)).max().unwrap_or_default();
        for (label, series) in labels.zip(&resource.series) {
            let course = course(series, &resource.unit);
            let name = (8, Style::Plain, label.as_str());
            canvas.line(&[name, (8 + width + 2, Style::Plain, &course)])?;
        }
    }
    Ok(())
}

fn write_notes(report: &Report, canvas: &mut Canvas<'_>) -> io::Result<()> {
    if !report.notes.is_empty() {
        canvas.line(&[(0, Style::Bold, "notes:")])?;
    }
    for note in &report.notes {
        canvas.prose(&[], (2, Style::Plain, note))?;
    }
    if report.is_interrupted {
        let run =
            report.cases.iter().filter(|case| !matches!(case.verdict, Verdict::NotRun { .. }));
        let [run, all] = [run.count(), report.cases.len()].map(|number| thousands(number as u64));
        let text = format!("interrupted: a signal ended the run; {run} of {all} cases were run");
        canvas.prose(&[], (0, Style::Marked, &text))?;
    }
    Ok(())
}
