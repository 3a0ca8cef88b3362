//! What stands around the matrix: the implementations above it; below it what was not compared,
//! what is allowed, resources and notes.

use super::markup::{Prose, Text};
use super::plots;
use crate::report::words::{labels, uses};
use crate::report::{Allowance, ImplementationInfo, Noise, Report};

/// A card for each implementation.
pub(super) fn implementations(report: &Report) -> String {
    let card = |(index, of): (usize, &ImplementationInfo)| {
        let language = of.language.iter().filter(|language| **language != of.label);
        let made = language.chain(&of.compiler).map(|text| Text(text).to_string());
        let made = made.collect::<Vec<_>>().join(" · ");
        format!(
            "<li><b><i class=\"swatch s{}\"></i>{}</b><span class=\"size\">{}</span>\
             <span>{}</span><code title=\"{file}\">{file}</code></li>",
            index % plots::COLORS,
            Text(&of.label),
            polyreactor_terminal::size(of.size_bytes),
            if made.is_empty() { "compiler unknown" } else { &made },
            file = Text(&of.file),
        )
    };
    report.implementations.iter().enumerate().map(card).collect()
}

/// The sections that are not empty.
pub(super) fn all(report: &Report) -> String {
    let mut sections = String::new();
    if !report.resources.is_empty() {
        let plots: String = report.resources.iter().map(|one| plots::figure(report, one)).collect();
        let content = format!("<div class=\"plots\">{plots}</div>");
        sections += &section("resources", "Resources", "", &content);
    }
    if !report.allowances.is_empty() {
        let rows: String = report.allowances.iter().map(allowance).collect();
        let about = "Differences that the suite allows. One that is never used fails the run.";
        let heads = ["Allowed", "Used", "Reason"];
        sections += &section("allowances", "Allowed differences", about, &table(&heads, &rows));
    }
    if !report.noise.is_empty() {
        let rows: String = report.noise.iter().map(|one| noise(report, one)).collect();
        let about =
            "What differs between two runs of one implementation tells nothing about the others.";
        let heads = ["Export", "What differs", "In", "One run", "Another run"];
        sections += &section("noise", "Not compared", about, &table(&heads, &rows));
    }
    if !report.notes.is_empty() || report.is_interrupted {
        let notes = report.notes.iter().map(|note| format!("<li>{}</li>", Prose(note)));
        let mut notes: String = notes.collect();
        if report.is_interrupted {
            notes += "<li><b>A signal ended the run before all cases were run.</b></li>";
        }
        sections += &section("notes", "Notes", "", &format!("<ul class=\"notes\">{notes}</ul>"));
    }
    sections
}

fn section(id: &str, title: &str, about: &str, content: &str) -> String {
    let about = if about.is_empty() { String::new() } else { format!("<p>{about}</p>") };
    format!(
        "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>{about}{content}</section>\n"
    )
}

fn table(heads: &[&str], rows: &str) -> String {
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    format!(
        "<div class=\"wide\"><table class=\"list\"><thead><tr>{heads}</tr></thead>\
         <tbody>{rows}</tbody></table></div>"
    )
}

fn allowance(allowance: &Allowance) -> String {
    let (class, sign) =
        if allowance.uses > 0 { ("is-equal", "✓") } else { ("is-different", "✗") };
    // Only these are safe to follow: a link can be a script.
    let is_safe = |link: &&String| link.starts_with("https://") || link.starts_with("http://");
    let link = allowance.link.iter().map(|link| match Some(link).filter(is_safe) {
        Some(link) => format!("<br><a href=\"{0}\" rel=\"noreferrer\">{0}</a>", Text(link)),
        None => format!("<br>{}", Text(link)),
    });
    format!(
        "<tr><td><span class=\"sign {class}\">{sign}</span> {}</td><td>{}</td><td>{}{}</td></tr>",
        Prose(&allowance.what),
        Text(&uses(allowance)),
        Prose(&allowance.reason),
        link.collect::<String>()
    )
}

fn noise(report: &Report, noise: &Noise) -> String {
    let [one, other] = &noise.examples;
    format!(
        "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td><code>{}</code></td>\
         <td><code>{}</code></td></tr>",
        Text(&noise.export),
        Text(&noise.aspect),
        Text(&labels(report, &noise.implementations)),
        Text(one),
        Text(other)
    )
}
