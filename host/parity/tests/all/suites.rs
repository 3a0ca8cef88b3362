//! Snapshot tests of suites. Each `suites/valid/*.toml` and `suites/faulty/*.toml` is a
//! parity.toml; the `.out` file beside it is the expected suite or error. `BLESS=1` rewrites the `.out` files.
//!
//! The JSON Schema for editors is checked against the same files: it accepts each valid one, and
//! rejects each faulty one, except those that begin with `# beyond the schema`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use polyreactor_parity::suite::{
    Answer, Interface, Property, SCHEMA, Same, SameCall, Suite, calls_text,
};

use crate::plugin::interface;

#[test]
fn every_file_matches_its_snapshot() {
    let interface = interface();
    let mut faults = Vec::new();
    for (kind, is_valid) in [("valid", true), ("faulty", false)] {
        for file in files(kind) {
            let text = fs::read_to_string(&file).expect("it can be read");
            let parsed = Suite::parse(&text, Path::new("p/parity.toml"), &interface);
            let out = match parsed {
                Ok(suite) if is_valid => rendered(&suite, &interface),
                Err(error) if !is_valid => format!("{error}\n"),
                Ok(_) => "no fault was found\n".to_owned(),
                Err(error) => format!("it should be valid: {error}\n"),
            };
            let snapshot = file.with_extension("out");
            if std::env::var_os("BLESS").is_some() {
                fs::write(&snapshot, &out).expect("the snapshot can be written");
            } else if fs::read_to_string(&snapshot).unwrap_or_default() != out {
                faults.push(format!("{} does not match its snapshot:\n{out}", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}\nBLESS=1 rewrites the snapshots", faults.join("\n"));
}

#[test]
fn the_schema_accepts_and_rejects_the_same_files() {
    // Validators in Python, among others, do not support Unicode classes in patterns.
    assert!(!SCHEMA.contains(r"\p"), "a pattern has a Unicode class");
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let mut faults = Vec::new();
    for (kind, is_valid) in [("valid", true), ("faulty", false)] {
        for file in files(kind) {
            let text = fs::read_to_string(&file).expect("it can be read");
            let is_beyond = text.starts_with("# beyond the schema\n");
            // Editors report invalid TOML without the schema.
            let Ok(table) = toml::from_str::<toml::Table>(&text) else { continue };
            let value = serde_json::to_value(table).expect("a table is an object");
            let errors: Vec<_> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
            if errors.is_empty() != (is_valid || is_beyond) {
                faults.push(format!("{}: {errors:?}", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_key_of_the_schema_is_described() {
    fn look(value: &serde_json::Value, path: &str, missing: &mut Vec<String>) {
        let Some(object) = value.as_object() else { return };
        if let Some(properties) = object.get("properties").and_then(|it| it.as_object()) {
            for (key, value) in properties {
                let has = |key: &str| value.get(key).is_some();
                if !has("description") && !has("$ref") {
                    missing.push(format!("{path}.{key}"));
                }
            }
        }
        for (key, value) in object {
            look(value, &format!("{path}.{key}"), missing);
        }
    }
    let mut missing = Vec::new();
    look(&serde_json::from_str(SCHEMA).expect("the schema is JSON"), "", &mut missing);
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn without_a_file_any_sequence_of_calls_is_generated() {
    let interface = interface();
    let empty = Suite::parse("", Path::new("parity.toml"), &interface).expect("it is valid");
    assert_eq!(empty, Suite::default_for(&interface));
    // The last export takes a vector, which no host can pass.
    assert_eq!(empty.properties[0].exports, (0..11).collect::<Vec<_>>());
}

#[test]
fn lines_and_columns_are_those_of_the_excerpt() {
    let text = "# é\r\nenv = { 'größe' = 1, x = 2 }\r\nlangauges = []\n";
    let faults = Suite::parse(text, Path::new("a.toml"), &interface()).expect_err("it is faulty");
    let shown = faults.to_string();
    assert_eq!(faults.faults.len(), 3, "{shown}");
    for fault in &faults.faults {
        let place = format!("--> a.toml:{}:{}\n", fault.line, fault.column);
        assert!(shown.contains(&place), "no {place} in:\n{shown}");
    }
}

fn files(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites").join(kind);
    let entries = folder.read_dir().expect("the folder is there").flatten();
    let paths = entries.map(|entry| entry.path());
    let mut files: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|found| found == "toml")).collect();
    files.sort();
    assert!(!files.is_empty(), "no files in {}", folder.display());
    files
}

/// A suite as text.
fn rendered(suite: &Suite, interface: &Interface) -> String {
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").expect("a String takes everything");
    line(format!("seed {:?}, {} sequences of {}", suite.seed, suite.sequences, suite.calls));
    line(format!("timeout {:?}, memory {:?}", suite.timeout, suite.memory_bytes));
    line(format!("messages {}, NaNs {:?}", suite.messages, suite.nan));
    line(format!("languages {:?}, env {:?}", suite.languages, suite.env));
    line(format!("directory {:?}", suite.directory));
    for case in &suite.cases {
        let shared = if case.share { ", shared" } else { "" };
        line(format!("case {:?}{shared}: {}", case.name, calls_text(&case.calls, interface)));
    }
    for property in &suite.properties {
        line(shown(property, interface));
    }
    for import in &suite.imports {
        let function = &interface.imports[import.import];
        line(format!(
            "{}.{}: {}",
            function.module,
            function.name,
            answer(&import.answer, interface)
        ));
    }
    for allowance in &suite.allowances {
        line(format!("{allowance:?}"));
    }
    if let Some(resources) = &suite.resources {
        let calls = calls_text(&resources.calls, interface);
        line(format!("resources of {calls}, {} times:", resources.times));
        line(format!("  memory {:?}", resources.memory_bytes_per_call));
        line(format!(
            "  fuel {:?}, host calls {:?}",
            resources.fuel_factor, resources.host_calls_factor
        ));
    }
    out
}

fn shown(property: &Property, interface: &Interface) -> String {
    let name = |export: usize| &interface.exports[export].name;
    let exports: Vec<_> = property.exports.iter().zip(&property.weights).collect();
    let exports = exports.iter().map(|(export, weight)| format!("{} ×{weight}", name(**export)));
    let mut text =
        format!("property {:?} of {}", property.name, exports.collect::<Vec<_>>().join(", "));
    for range in &property.ranges {
        let parameter = format!("{}, parameter {}", name(range.export), range.parameter);
        text += &format!("\n  range of {parameter}: {:?}", range.span);
    }
    for (word, conditions) in [("when", &property.when), ("holds", &property.holds)] {
        for condition in conditions {
            text += &format!("\n  {word} {}: {}", name(condition.export), condition.expr);
        }
    }
    for Same { names, left, right, .. } in &property.same {
        let names = names.iter().map(|it| format!("{}: {}", it.name, it.ty)).collect::<Vec<_>>();
        let side = |calls: &[SameCall]| {
            let calls = calls.iter().map(|call| {
                let arguments = call.arguments.iter().map(ToString::to_string).collect::<Vec<_>>();
                format!("{}({})", name(call.export), arguments.join(", "))
            });
            calls.collect::<Vec<_>>().join("; ")
        };
        text += &format!("\n  for {}: {} ~ {}", names.join(", "), side(left), side(right));
    }
    let limits = (property.sequences, property.calls);
    text + &format!("\n  sequences and calls: {limits:?}")
}

fn answer(answer: &Answer, interface: &Interface) -> String {
    match answer {
        Answer::Returns(expr) => format!("returns {expr}, a {}", expr.ty()),
        Answer::Fails(message) => format!("fails with {message:?}"),
        Answer::Calls(call) => {
            format!("calls {}", calls_text(std::slice::from_ref(call), interface))
        }
        Answer::Table(rows) => {
            let rows = rows.iter().map(|row| {
                let when =
                    row.when.as_ref().map_or("always".to_owned(), |when| format!("if {when}"));
                format!("\n  {when}: {}", self::answer(&row.answer, interface))
            });
            rows.collect()
        }
    }
}
