//! The report as one page of HTML.
//!
//! The page needs no network and no other file. All of its content is written here, so it can be
//! read without JavaScript; the script adds the search, the filter, and buttons.

use super::words::{count, summary};
use super::{Report, Verdict, json};

mod cases;
mod marks;
mod markup;
mod plots;
mod sections;
mod steps;

use markup::{Text, fill};

/// Writes the report. `replay_command` is the command of this run, for a shell: `polyreactor parity
/// examples/counter`.
pub fn write(report: &Report, replay_command: &str) -> String {
    let verdict = if report.is_equal() { "is-equal" } else { "is-different" };
    let sign = if report.is_equal() { "✓" } else { "✗" };
    let title = format!("{sign} {}: parity report", Text(&report.plugin));
    fill(
        include_str!("html/page.html"),
        &[
            ("title", &title),
            ("style", concat!(include_str!("html/case.css"), include_str!("html/style.css"))),
            ("plugin", &Text(&report.plugin).to_string()),
            ("verdict", verdict),
            ("summary", &verdicts(report, sign)),
            ("facts", &facts(report)),
            ("implementations", &sections::implementations(report)),
            ("tally", &tally(report)),
            ("toolbar", &toolbar(report)),
            ("cases", &cases::matrix(report, replay_command)),
            ("sections", &sections::all(report)),
            ("data", &data(report)),
            ("script", include_str!("html/script.js")),
        ],
    )
}

fn verdicts(report: &Report, sign: &str) -> String {
    let summary = summary(report);
    let parts = summary.split(" · ").enumerate();
    let parts = parts.map(|(index, part)| match index {
        0 => format!("<li><span class=\"sign\">{sign}</span> {part}</li>"),
        _ => format!("<li>{part}</li>"),
    });
    parts.collect()
}

fn facts(report: &Report) -> String {
    let mut facts = vec![count(report.cases.len() as u64, "case")];
    if report.sequences > 0 {
        facts.push(format!("{} generated", count(report.sequences, "sequence")));
    }
    facts.push(format!("seed {}", report.seed));
    facts.iter().map(|fact| format!("<li>{fact}</li>")).collect()
}

/// The number of cases with each verdict, as a bar and as text.
fn tally(report: &Report) -> String {
    let numbers = [
        ("different", numbered(report, |verdict| matches!(verdict, Verdict::Different(_)))),
        ("not as expected", numbered(report, |verdict| matches!(verdict, Verdict::Unexpected(_)))),
        ("not run", numbered(report, |verdict| matches!(verdict, Verdict::NotRun { .. }))),
        ("equal", numbered(report, |verdict| matches!(verdict, Verdict::Equal))),
    ];
    let classes = ["is-different", "is-unexpected", "is-not-run", "is-equal"];
    let (mut bar, mut legend) = (String::new(), String::new());
    for ((what, number), class) in numbers.iter().zip(classes).filter(|((_, it), _)| *it > 0) {
        bar += &format!("<span class=\"{class}\" style=\"flex-grow:{number}\"></span>");
        let number = super::words::thousands(*number);
        legend += &format!("<li class=\"{class}\"><b>{number}</b> {what}</li>");
    }
    format!("<div class=\"bar\" aria-hidden=\"true\">{bar}</div><ul class=\"legend\">{legend}</ul>")
}

fn toolbar(report: &Report) -> String {
    let failed = numbered(report, |verdict| !matches!(verdict, Verdict::Equal));
    let disabled = if failed == 0 { " disabled" } else { "" };
    format!(
        "<input id=\"search\" type=\"search\" placeholder=\"Search by name\" \
         aria-label=\"Search cases by name\" aria-keyshortcuts=\"/\" autocomplete=\"off\" \
         spellcheck=\"false\"><kbd aria-hidden=\"true\">/</kbd>\
         <label class=\"toggle\"><input id=\"only\" type=\"checkbox\"{disabled}> only different \
         <span class=\"number\">{}</span></label>\
         <button id=\"open\" type=\"button\"{disabled}>Open all</button>\
         <output id=\"shown\" for=\"search only\"></output>\
         <button id=\"save\" type=\"button\">Save as JSON</button>",
        super::words::thousands(failed)
    )
}

fn numbered(report: &Report, is_one: fn(&Verdict) -> bool) -> u64 {
    report.cases.iter().filter(|case| is_one(&case.verdict)).count() as u64
}

/// The report as JSON that no parser of HTML mistakes for a tag.
fn data(report: &Report) -> String {
    json::write_compact(report).replace('<', "\\u003c")
}
