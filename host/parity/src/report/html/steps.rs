//! The calls of a case side by side: a column for each group of implementations that behaved the
//! same.

use super::marks::marked;
use super::markup::Text;
use crate::report::words::{labels, shell_word};
use crate::report::{Detail, Difference, Report, StepReport};

/// The content of an open case.
pub(super) fn panel(report: &Report, difference: &Difference, replay_command: &str) -> String {
    let steps: String = difference.steps.iter().map(|step| one(report, step, difference)).collect();
    let expected = difference
        .expected
        .iter()
        .map(|expected| format!("<p class=\"expected\"><b>expected</b> {}</p>", Text(expected)));
    // Some differences are not shown by one sequence of calls.
    let again = match difference.replay.is_empty() {
        true => String::new(),
        false => {
            let command = format!("{replay_command} --replay {}", shell_word(&difference.replay));
            format!(
                "<div class=\"again\"><b>again</b><code>{}</code><button class=\"copy\" \
                 type=\"button\">Copy</button></div>",
                Text(&command)
            )
        }
    };
    let expected = expected.collect::<String>();
    format!("<div class=\"panel\"><ol class=\"steps\">{steps}</ol>{expected}{again}</div>")
}

/// The sign of a group, from its position in the call.
pub(super) fn letter(group: usize) -> String {
    let letter = u8::try_from(group).ok().and_then(|group| b'A'.checked_add(group));
    let text = match letter.map(char::from) {
        Some(letter) if letter.is_ascii_uppercase() => letter.to_string(),
        _ => (group + 1).to_string(),
    };
    format!("<b class=\"group g{}\">{text}</b>", group % 4)
}

fn one(report: &Report, step: &StepReport, difference: &Difference) -> String {
    let call = Text(&step.call);
    if let [group] = &step.groups[..] {
        let details: String = match &difference.expected {
            Some(_) => group.details.iter().map(|detail| same(detail, 1)).collect(),
            None => String::new(),
        };
        let details = match details.as_str() {
            "" => String::new(),
            rows => format!("<div class=\"wide\"><table><tbody>{rows}</tbody></table></div>"),
        };
        return format!(
            "<li><div class=\"call\"><code>{call}</code><span class=\"to\">→</span>\
             <code>{}</code><small>all equal</small></div>{details}</li>",
            Text(&group.outcome)
        );
    }
    let heads = step.groups.iter().enumerate().map(|(index, group)| {
        let labels = labels(report, &group.implementations);
        format!("<th scope=\"col\">{} {}</th>", letter(index), Text(&labels))
    });
    let outcomes: Vec<_> = step.groups.iter().map(|group| Some(group.outcome.as_str())).collect();
    let (heads, rows) = (heads.collect::<String>(), rows(step));
    format!(
        "<li class=\"differs\"><div class=\"call\"><code>{call}</code></div><div class=\"wide\">\
         <table style=\"--groups:{}\"><thead><tr><td></td>{heads}</tr></thead><tbody>\
         {}{rows}</tbody></table></div>\
         </li>",
        step.groups.len(),
        row_of("outcome ", "outcome", &outcomes),
    )
}

/// A row for each detail. Details with one label stand side by side, in their order.
fn rows(step: &StepReport) -> String {
    let mut keys: Vec<(&str, usize)> = Vec::new();
    for group in &step.groups {
        for (index, detail) in group.details.iter().enumerate() {
            let before = group.details[..index].iter().filter(|other| other.label == detail.label);
            let key = (detail.label.as_str(), before.count());
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    let row = |(label, number): (&str, usize)| {
        let of = |details: &[Detail]| {
            let mut all = details.iter().filter(|detail| detail.label == label);
            all.nth(number).cloned()
        };
        let details: Vec<_> = step.groups.iter().map(|group| of(&group.details)).collect();
        match &details[..] {
            [Some(first), others @ ..] if others.iter().all(|it| it.as_ref() == Some(first)) => {
                same(first, details.len())
            }
            _ => {
                let texts: Vec<_> =
                    details.iter().map(|it| Some(it.as_ref()?.text.as_str())).collect();
                row_of("", label, &texts)
            }
        }
    };
    keys.into_iter().map(row).collect()
}

fn same(detail: &Detail, columns: usize) -> String {
    format!(
        "<tr class=\"same\"><th scope=\"row\">{}</th><td colspan=\"{columns}\"><pre>{}</pre></td>\
         </tr>",
        Text(&detail.label),
        Text(&detail.text)
    )
}

/// A row with a cell for each text. The first one is compared with the second one, the others with
/// the first.
fn row_of(class: &str, label: &str, texts: &[Option<&str>]) -> String {
    let cell = |(index, text): (usize, &Option<&str>)| {
        let other = texts.get(usize::from(index == 0)).copied().flatten();
        match (text, other) {
            (None, _) => "<td class=\"none\">none</td>".to_owned(),
            (Some(text), None) => format!("<td><pre>{}</pre></td>", Text(text)),
            (Some(text), Some(other)) => format!("<td><pre>{}</pre></td>", marked(text, other)),
        }
    };
    let unlike = if texts.windows(2).any(|pair| pair[0] != pair[1]) { "unlike" } else { "" };
    let cells: String = texts.iter().enumerate().map(cell).collect();
    format!("<tr class=\"{class}{unlike}\"><th scope=\"row\">{}</th>{cells}</tr>", Text(label))
}
