//! `check --sarif`: what was found in; a SARIF 2.1.0 log, as code hosts read it, out.

use polyreactor_convention::{Diagnostic, Rule, Severity};
use serde_sarif::sarif::{
    ArtifactLocation, Location, Message, MultiformatMessageString, PhysicalLocation,
    ReportingDescriptor, Result as Finding, ResultLevel, Run, Sarif, Tool, ToolComponent,
};

use super::Checked;

/// The rule of findings about files that are no modules at all.
const MALFORMED: &str = "malformed";

pub(super) fn log(files: &[Checked]) -> Sarif {
    let rules = Rule::all().map(rule).collect::<Vec<_>>();
    let driver = ToolComponent::builder()
        .name("polyreactor")
        .version(env!("CARGO_PKG_VERSION"))
        .rules(rules)
        .build();
    let findings = files.iter().flat_map(findings).collect::<Vec<_>>();
    let run = Run::builder().tool(Tool::builder().driver(driver).build()).results(findings).build();
    Sarif::builder().version(serde_json::json!("2.1.0")).runs(vec![run]).build()
}

fn rule(rule: Rule) -> ReportingDescriptor {
    let page = rule.page();
    let title = page.lines().next().unwrap_or_default().trim_start_matches("# ");
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    let help = MultiformatMessageString::builder().text(page).markdown(page).build();
    ReportingDescriptor::builder()
        .id(rule.to_string())
        .short_description(text(title))
        .help(help)
        .build()
}

fn findings(checked: &Checked) -> Vec<Finding> {
    let malformed = checked
        .error
        .iter()
        .map(|error| finding(checked, MALFORMED.to_owned(), ResultLevel::Error, error.clone()));
    let found = checked.diagnostics.iter().map(|diagnostic| {
        let level = match diagnostic.severity {
            Severity::Error => ResultLevel::Error,
            Severity::Warning => ResultLevel::Warning,
            Severity::Note => ResultLevel::Note,
        };
        finding(checked, diagnostic.rule.to_string(), level, text(diagnostic))
    });
    malformed.chain(found).collect()
}

fn finding(checked: &Checked, rule: String, level: ResultLevel, text: String) -> Finding {
    // A URI has no backslashes.
    let file = ArtifactLocation::builder().uri(checked.file.replace('\\', "/")).build();
    let place = PhysicalLocation::builder().artifact_location(file).build();
    Finding::builder()
        .rule_id(rule)
        .level(level)
        .message(Message::builder().text(text).build())
        .locations(vec![Location::builder().physical_location(place).build()])
        .build()
}

fn text(diagnostic: &Diagnostic) -> String {
    let Diagnostic { subject, cause, remedy, .. } = diagnostic;
    let subject = subject.as_ref().map(|subject| format!("`{subject}`: ")).unwrap_or_default();
    format!("{subject}{cause} ({remedy})")
}
