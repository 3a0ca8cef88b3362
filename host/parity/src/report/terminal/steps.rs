//! Writes the calls of a difference: a line for each outcome, with the implementations that share
//! it, and what else differs.

use std::collections::BTreeMap;
use std::io;

use polyreactor_contract::quote;
use unicode_width::UnicodeWidthStr;

use super::canvas::{Canvas, Style, fit, head};
use crate::report::words::{labels, shell_word};
use crate::report::{Difference, Group, Report, StepReport};

/// Writes the calls from a column on, and what was expected.
pub(crate) fn write(
    report: &Report,
    difference: &Difference,
    indent: usize,
    canvas: &mut Canvas<'_>,
) -> io::Result<()> {
    let columns = Columns::of(report, difference, indent, canvas.width);
    let last = difference.steps.len().saturating_sub(1);
    for (index, step) in difference.steps.iter().enumerate() {
        // Where nothing differs, the details tell why the outcome was not expected.
        let all = index == last && difference.expected.is_some();
        let starts = starts(step);
        for (number, group) in step.groups.iter().enumerate() {
            let call = if number == 0 { step.call.as_str() } else { "" };
            let style = if step.groups.len() > 1 { Style::Bold } else { Style::Plain };
            let row = Row { columns: &columns, call, outcome: (style, &group.outcome) };
            let of = format!("{{{}}}", labels(report, &group.implementations));
            row.write(&of, details(group, all, &starts), canvas)?;
        }
    }
    if let Some(expected) = &difference.expected {
        canvas.prose(
            &[(indent, Style::Dim, "expected:")],
            (columns.outcome.max(indent + 11), Style::Plain, expected),
        )?;
    }
    Ok(())
}

/// Writes the command that makes the calls again, in a form that can be copied from the terminal.
///
/// Calls that are too wide continue on the next line: the shell joins quoted parts where a backslash
/// hides the line's end. The command before them is never cut, even if it is wider than the terminal:
/// a part of it would be of no use.
pub(crate) fn write_again(
    command: &str,
    difference: &Difference,
    indent: usize,
    canvas: &mut Canvas<'_>,
) -> io::Result<()> {
    // Some differences are not shown by one sequence of calls.
    if difference.replay.is_empty() {
        return Ok(());
    }
    let whole = format!("{command} --replay {}", shell_word(&difference.replay));
    let column = indent + 7;
    let again = (indent, Style::Dim, "again:");
    if column + whole.width() <= canvas.width {
        return canvas.line(&[again, (column, Style::Plain, &whole)]);
    }
    let mut wide = Canvas { out: &mut *canvas.out, width: usize::MAX, color: canvas.color };
    wide.line(&[again, (column, Style::Plain, &format!("{command} --replay \\"))])?;
    let mut rest = difference.replay.as_str();
    while !rest.is_empty() {
        let mut part = rest;
        // Quoting can widen the part, so it is narrowed until it fits.
        let mut room = canvas.width.saturating_sub(1);
        while shell_word(part).width() >= canvas.width && room > 1 {
            room -= 1;
            part = whole_calls(head(rest, room));
        }
        rest = &rest[part.len()..];
        let end = if rest.is_empty() { "" } else { "\\" };
        canvas.line(&[(0, Style::Plain, &format!("{}{end}", shell_word(part)))])?;
    }
    Ok(())
}

/// The calls at the beginning that are complete; the whole text if there is none.
fn whole_calls(text: &str) -> &str {
    text.rfind("; ").map_or(text, |end| &text[..end + 2])
}

struct Columns {
    call: usize,
    outcome: usize,
    group: usize,
    details: usize,
}

impl Columns {
    fn of(report: &Report, difference: &Difference, indent: usize, width: usize) -> Self {
        let groups = || difference.steps.iter().flat_map(|step| &step.groups);
        let calls = difference.steps.iter().map(|step| step.call.width());
        let outcomes = groups().map(|group| group.outcome.width());
        let names = groups().map(|group| labels(report, &group.implementations).width() + 2);
        let natural = [calls.max(), outcomes.max(), names.max()].map(Option::unwrap_or_default);
        const GAP: usize = 3;
        let room = width.saturating_sub(indent + 2 * GAP);
        let [call, outcome, group] = fit(&natural, room)[..] else {
            return Columns { call: indent, outcome: indent, group: indent, details: indent };
        };
        let outcome_at = indent + call + GAP;
        let group_at = outcome_at + outcome + GAP;
        let details = group_at + group + GAP;
        Columns { call: indent, outcome: outcome_at, group: group_at, details }
    }
}

struct Row<'a> {
    columns: &'a Columns,
    call: &'a str,
    outcome: (Style, &'a str),
}

impl Row<'_> {
    /// Writes the line; with the details on it if all fit, else each on a line of its own.
    fn write(&self, of: &str, details: Vec<Shown>, canvas: &mut Canvas<'_>) -> io::Result<()> {
        const GAP: usize = 3;
        let columns = self.columns;
        let call_room = columns.outcome - columns.call - GAP;
        let outcome_room = columns.group - columns.outcome - GAP;
        let call = super::canvas::cut(self.call, call_room);
        let outcome = super::canvas::cut(self.outcome.1, outcome_room);
        let mut texts = vec![
            (columns.call, Style::Plain, call.as_str()),
            (columns.outcome, self.outcome.0, &outcome),
            (columns.group, Style::Dim, of),
        ];
        let inline = details.iter().map(|detail| detail.full.clone()).collect::<Vec<_>>();
        let inline = inline.join("  ");
        if columns.details + inline.width() <= canvas.width {
            texts.push((columns.details, Style::Marked, &inline));
            return canvas.line(&texts);
        }
        canvas.line(&texts)?;
        let column = columns.outcome + 2;
        for detail in details {
            let text = detail.within(canvas.width.saturating_sub(column));
            canvas.line(&[(column, Style::Marked, &text)])?;
        }
        Ok(())
    }
}

/// A detail as it is shown.
struct Shown {
    label: String,
    text: String,
    full: String,
    /// Where the text begins to differ from that of the other groups, in bytes.
    start: usize,
}

impl Shown {
    /// The detail, cut to the room so that the place where it differs remains.
    fn within(&self, room: usize) -> String {
        const CONTEXT: usize = 12;
        let start = self.start.min(self.text.len());
        let visible = room.saturating_sub(self.label.width() + 2);
        if self.full.width() <= room || self.text[..start].width() + CONTEXT < visible {
            return self.full.clone();
        }
        let before = self.text[..start].chars().rev().take(CONTEXT).map(char::len_utf8);
        let from = start - before.sum::<usize>();
        format!("{}\"…{}\"", self.label, &self.text[from..])
    }
}

fn details(group: &Group, all: bool, starts: &BTreeMap<&str, usize>) -> Vec<Shown> {
    let shown = group.details.iter().filter(|detail| all || detail.differs);
    let shown = shown.map(|detail| {
        let label = match detail.label.as_str() {
            "message" => String::new(),
            label => format!("{} ", quote::escape(label)),
        };
        let text = quote::escape(&detail.text);
        let full = format!("{label}\"{text}\"");
        let start = starts.get(detail.label.as_str()).copied().unwrap_or_default();
        Shown { label, text, full, start }
    });
    shown.collect()
}

/// For each label of details, where the texts of the groups begin to differ, in bytes of the
/// escaped text.
fn starts(step: &StepReport) -> BTreeMap<&str, usize> {
    let mut texts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for detail in step.groups.iter().flat_map(|group| &group.details) {
        texts.entry(&detail.label).or_default().push(quote::escape(&detail.text));
    }
    let starts = texts.into_iter().map(|(label, texts)| {
        let (first, others) = texts.split_first().map_or(("", &[][..]), |(a, b)| (a.as_str(), b));
        let common = |other: &String| {
            let pairs = first.chars().zip(other.chars()).take_while(|(a, b)| a == b);
            pairs.map(|(character, _)| character.len_utf8()).sum::<usize>()
        };
        (label, others.iter().map(common).min().unwrap_or_default())
    });
    starts.collect()
}
