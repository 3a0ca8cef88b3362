//! Writes the sample reports in each form.
//!
//! Texts are compared with the files in `snapshots/`; `BLESS=1` rewrites them.

use std::path::Path;

use unicode_width::UnicodeWidthStr;

use super::terminal::TerminalOptions;
use super::tests_html::check_in_chromium;
use super::{Report, html, json, junit, samples, terminal};

#[test]
fn the_terminal_shows_the_report() {
    for (name, report) in samples::all() {
        expect(&format!("{name}.txt"), &on_terminal(&report, 100, false));
    }
    expect("full-60.txt", &on_terminal(&samples::full(), 60, false));
    expect("small-color.txt", &on_terminal(&samples::small(), 100, true));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in 30..140 {
        for (name, report) in samples::all() {
            let text = on_terminal(&report, width, false);
            for line in text.lines().filter(|line| !line.contains(COMMAND) || width > 60) {
                assert!(line.width() <= width, "{name}, {width} columns: {line}");
            }
        }
    }
}

#[test]
fn a_shell_reads_the_command_that_the_terminal_shows() {
    let report = samples::hostile();
    for (width, report) in (30..300).step_by(13).map(|width| (width, &report)) {
        let text = on_terminal(report, width, false);
        let shown = text.split("again: polyreactor parity examples/counter --replay ").nth(2);
        let (shown, _) = shown.unwrap().split_once("\n  – ").unwrap();
        let script = format!("printf %s {shown}");
        let output = std::process::Command::new("bash").args(["-c", &script]).output().unwrap();
        let super::Verdict::Unexpected(difference) = &report.cases[3].verdict else { panic!() };
        assert_eq!(String::from_utf8_lossy(&output.stdout), difference.replay, "{shown}");
    }
}

#[test]
fn the_junit_document_has_a_failure_for_each_of_the_run() {
    for (name, report) in samples::all() {
        let written = junit::write(&report).unwrap();
        let document = quick_junit::Report::deserialize_from_str(&written).unwrap();
        assert_eq!(document.failures > 0, !report.is_equal(), "{name}");
        assert!(!written.contains(|c: char| c.is_control() && c != '\n'), "{name}");
        expect(&format!("{name}.xml"), &written);
    }
}

#[test]
fn the_json_of_each_report_fits_the_schema() {
    let schema = serde_json::from_str(json::SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, report) in samples::all() {
        let written = serde_json::from_str(&json::write(&report)).unwrap();
        let faults: Vec<_> =
            validator.iter_errors(&written).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    expect("full.json", &json::write(&samples::full()));
    let mut wrong: serde_json::Value =
        serde_json::from_str(&json::write(&samples::small())).unwrap();
    wrong["cases"][2]["verdict"]["steps"][0]["groups"][0]["outcome"] = 21.into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn every_key_of_the_schema_is_described() {
    fn check(path: &str, value: &serde_json::Value) {
        let Some(object) = value.as_object() else { return };
        for (name, property) in
            object.get("properties").and_then(|it| it.as_object()).into_iter().flatten()
        {
            let is_described =
                property.get("description").is_some() || property.get("$ref").is_some();
            assert!(is_described, "{path}.{name}");
        }
        object.iter().for_each(|(key, value)| check(&format!("{path}.{key}"), value));
    }
    check("", &serde_json::from_str(json::SCHEMA).unwrap());
}

#[test]
fn the_page_is_one_file_and_no_text_leaves_its_element() {
    for (name, report) in samples::all() {
        let page = html::write(&report, COMMAND);
        assert!(!page.contains("<b title="), "{name}: markup in a text");
        assert_eq!(page.matches("</script>").count(), 2, "{name}");
        assert!(!page.contains("src=") && !page.contains("@import"), "{name}: another file");
        assert!(!page.contains("href=\"javascript:"), "{name}");
    }
    let page = html::write(&samples::hostile(), COMMAND);
    let (_, data) = page.split_once("id=\"report\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["plugin"], samples::hostile().plugin);
    let page = html::write(&samples::full(), COMMAND);
    let (_, content) = page.split_once("<body>").unwrap();
    let (content, _) = content.split_once("<script").unwrap();
    expect("full.html", &content.replace("><", ">\n<"));
}

/// `cargo test -p polyreactor-parity -- --ignored chromium`; the repository's test
/// `parity::the_page_in_chromium` opens the page of a real run.
#[test]
#[ignore = "needs Chromium on PATH"]
fn chromium_shows_each_case_and_the_first_difference() {
    let folder = tempfile::tempdir().unwrap();
    let reports = samples::all().into_iter().chain([("many", samples::many(5_000, 50))]);
    for (name, report) in reports {
        let file = folder.path().join(name).with_extension("html");
        std::fs::write(&file, html::write(&report, COMMAND)).unwrap();
        let lines = check_in_chromium(&file).unwrap();
        let rows = lines.iter().filter(|line| line.contains("id=\"case-")).count();
        assert_eq!(rows, report.cases.len(), "{name}");
        let text = lines.join("\n");
        assert!(text.contains("<html lang=\"en\" class=\"js\">"), "{name}: the script failed");
        assert!(text.contains(" shown</output>"), "{name}: the script failed");
        assert!(
            report.cases.is_empty() || text.contains("<pre>trap integer-divide</pre>"),
            "{name}"
        );
    }
}

const COMMAND: &str = "polyreactor parity examples/counter";

fn on_terminal(report: &Report, width: usize, color: bool) -> String {
    let replay_command = COMMAND.to_owned();
    let mut out = Vec::new();
    terminal::write(report, &TerminalOptions { width, color, replay_command }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Writes pages to look at: `LOOK=folder cargo test -- --ignored`.
#[test]
#[ignore = "writes files"]
fn pages_to_look_at() {
    let folder = std::env::var("LOOK").unwrap();
    let many = [("many", samples::many(5_000, 50)), ("worst", samples::many(5_000, 1))];
    for (name, report) in samples::all().into_iter().chain(many) {
        let file = Path::new(&folder).join(name).with_extension("html");
        std::fs::write(file, html::write(&report, COMMAND)).unwrap();
    }
}

/// Compares the text with a snapshot.
fn expect(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/snapshots").join(name);
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(file, text).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(expected.as_str(), text);
    let shown = diff.unified_diff().to_string();
    assert!(expected == text, "{}\n{shown}\nBLESS=1 rewrites the snapshots", file.display());
}
