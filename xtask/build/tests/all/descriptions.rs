//! Snapshot tests of descriptions. Each `descriptions/valid/*.toml` and
//! `descriptions/faulty/*.toml` is the plugin.toml of a project; the `.out` file beside it is the
//! expected contract or error. `BLESS=1` rewrites the `.out` files.
//!
//! The JSON Schema for editors is checked against the same cases: it accepts each valid one, and
//! rejects each faulty one, except those that begin with `# beyond the schema`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use polyreactor_build::find;
use polyreactor_contract::Contract;
use tempfile::TempDir;

const ROOT: &str =
    "[workspace]\nmembers = []\n[workspace.metadata.polyreactor]\nplugins = [\"p\"]\n";

#[test]
fn every_case_matches_its_snapshot() {
    let mut faults = Vec::new();
    for (kind, is_valid) in [("valid", true), ("faulty", false)] {
        for case in cases(kind) {
            let text = fs::read_to_string(&case).expect("it can be read");
            let out = match described(&text) {
                Ok(contract) if is_valid => rendered(contract.as_ref()),
                Err(error) if !is_valid => error + "\n",
                Ok(_) => "no fault was found\n".to_owned(),
                Err(error) => format!("it should be valid: {error}\n"),
            };
            let snapshot = case.with_extension("out");
            if std::env::var_os("BLESS").is_some() {
                fs::write(&snapshot, &out).expect("the snapshot can be written");
            } else if fs::read_to_string(&snapshot).unwrap_or_default() != out {
                faults.push(format!("{} does not match its snapshot:\n{out}", case.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}\nBLESS=1 rewrites the snapshots", faults.join("\n"));
}

#[test]
fn the_schema_accepts_and_rejects_the_same_cases() {
    let schema = include_str!("../../plugin.schema.json");
    // Validators in Python, among others, do not support Unicode classes in patterns.
    assert!(
        !schema.contains(r"\p"),
        "a pattern has a Unicode class, which not every validator supports"
    );
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let mut faults = Vec::new();
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    for (kind, is_valid) in [("valid", true), ("faulty", false)] {
        for case in cases(kind) {
            let text = fs::read_to_string(&case).expect("it can be read");
            let is_beyond = text.starts_with("# beyond the schema\n");
            // Editors report invalid TOML without the schema.
            let Ok(table) = toml::from_str::<toml::Table>(&text) else { continue };
            let value = serde_json::to_value(table).expect("a table is an object");
            let errors: Vec<_> =
                validator.iter_errors(&value).map(|error| error.to_string()).collect();
            if errors.is_empty() != (is_valid || is_beyond) {
                faults.push(format!("{}: {errors:?}", case.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_single_crate_takes_the_same_keys() {
    let metadata = |more: &str| {
        let project = tempfile::tempdir().expect("a folder can be made");
        let text = format!(
            "[package]\nname = \"single\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [lib]\ncrate-type = [\"cdylib\"]\n\n[package.metadata.polyreactor]\n{more}"
        );
        write(project.path(), "Cargo.toml", &text);
        write(project.path(), "src/lib.rs", "");
        found(&project)
    };
    // The fields keep this order; sorted by name, `a` would come first.
    let records = "exports.f = \"(p: ptr<r>)\"\nrecords.r = { z = \"u8\", a = \"f64\" }\n";
    let contract = metadata(records).expect("it is valid").expect("it has one");
    let record = contract.record("r").expect("it is there");
    let names: Vec<_> = record.fields().iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["z", "a"]);
    assert!(metadata("").expect("it is valid").is_none());

    let error = metadata("exports.f = \"(p: i32)\"\n").expect_err("it is not");
    assert!(error.contains("Cargo.toml:10:18"), "{error}");
    assert!(error.contains("did you mean `s32`?"), "{error}");
}

#[test]
fn the_faults_of_all_plugins_are_reported_at_once() {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(project.path(), "Cargo.toml", &ROOT.replace("\"p\"", "\"*\""));
    for plugin in ["a", "b"] {
        write(project.path(), &format!("{plugin}/go/go.mod"), "module x\n");
        write(project.path(), &format!("{plugin}/plugin.toml"), "nmae = \"x\"\n");
    }
    let error = found(&project).expect_err("it is faulty");
    assert!(error.contains("a/plugin.toml:1:1") && error.contains("b/plugin.toml:1:1"), "{error}");
}

#[test]
fn invalid_utf_8_is_reported_with_its_place() {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(project.path(), "Cargo.toml", ROOT);
    write(project.path(), "p/go/go.mod", "module x\n");
    let text = b"[exports]\n# \xc3\xa4 \xe4 \xff\nf = \"()\"\n";
    fs::write(project.path().join("p/plugin.toml"), text).expect("it can be written");
    let error = found(&project).expect_err("it is faulty");
    for part in ["p/plugin.toml:2:5", "not UTF-8: the byte 0xe4", "help: save the file as UTF-8"] {
        assert!(error.contains(part), "no `{part}` in:\n{error}");
    }
}

fn cases(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/descriptions").join(kind);
    let entries = folder.read_dir().expect("the folder is there").flatten();
    let paths = entries.map(|entry| entry.path());
    let mut cases: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|found| found == "toml")).collect();
    cases.sort();
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    cases
}

/// The contract of the only plugin in a project, whose plugin.toml is `text`; or the error.
fn described(text: &str) -> Result<Option<Contract>, String> {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(project.path(), "Cargo.toml", ROOT);
    write(project.path(), "p/plugin.toml", text);
    for implementation in ["rust/Cargo.toml", "go/go.mod", "zig/build.zig"] {
        write(project.path(), &format!("p/{implementation}"), "");
    }
    found(&project)
}

/// The contract of the project's first plugin, or the error without the project's path.
fn found(project: &TempDir) -> Result<Option<Contract>, String> {
    let folder = project.path().canonicalize().expect("it is there");
    match find(&folder) {
        Ok(project) => Ok(project.guests[0].contract().cloned()),
        Err(error) => {
            let here = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
            Err(format!("{error:#}").replace(&here, ""))
        }
    }
}

/// A contract as text: core types of the functions, layouts of the records.
fn rendered(contract: Option<&Contract>) -> String {
    let Some(contract) = contract else { return "no contract\n".to_owned() };
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").expect("a string takes everything");
    for export in contract.exports() {
        line(format!("export {export}: {}", export.signature.lowered()));
    }
    for import in contract.imports() {
        let (module, function) = (&import.module, &import.function);
        line(format!("import {module} {function}: {}", function.signature.lowered()));
    }
    for record in contract.records() {
        let layout = record.layout();
        line(format!("{}: {} bytes, by {}", record.name(), layout.size_bytes, layout.align_bytes));
        for field in record.fields() {
            line(format!("  {:>3} {}: {}", field.offset_bytes, field.name, field.ty));
        }
    }
    line(format!("needs an allocator: {}", contract.needs_allocator()));
    out
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}
