//! `check --sarif`: converts diagnostics to a SARIF 2.1.0 log, which code hosts read.

use polyreactor_convention::{Diagnostic, Rule, Severity};
use serde_sarif::sarif::{
    ArtifactLocation, Location, Message, MultiformatMessageString, PhysicalLocation,
    ReportingDescriptor, Result as SarifResult, ResultLevel, Run, Sarif, Tool, ToolComponent,
};

use super::Checked;

/// The rule id of results about files that cannot be read or are no modules.
const MALFORMED: &str = "malformed";

pub(super) fn log(files: &[Checked]) -> Sarif {
    let rules = Rule::all().map(rule).collect::<Vec<_>>();
    let driver = ToolComponent::builder()
        .name("polyreactor")
        .version(env!("CARGO_PKG_VERSION"))
        .rules(rules)
        .build();
    let results = files.iter().flat_map(results).collect::<Vec<_>>();
    let run = Run::builder().tool(Tool::builder().driver(driver).build()).results(results).build();
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

fn results(checked: &Checked) -> Vec<SarifResult> {
    let malformed = checked
        .error
        .iter()
        .map(|error| result(checked, MALFORMED.to_owned(), ResultLevel::Error, error.clone()));
    let diagnostics = checked.diagnostics.iter().map(|diagnostic| {
        let level = match diagnostic.severity {
            Severity::Error => ResultLevel::Error,
            Severity::Warning => ResultLevel::Warning,
            Severity::Note => ResultLevel::Note,
        };
        result(checked, diagnostic.rule.to_string(), level, text(diagnostic))
    });
    malformed.chain(diagnostics).collect()
}

fn result(checked: &Checked, rule: String, level: ResultLevel, text: String) -> SarifResult {
    // A URI has no backslashes.
    let file = ArtifactLocation::builder().uri(checked.file.replace('\\', "/")).build();
    let place = PhysicalLocation::builder().artifact_location(file).build();
    SarifResult::builder()
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
