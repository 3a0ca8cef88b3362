//! Each `descriptions/valid/*.toml` and `descriptions/faulty/*.toml` is the plugin.toml of a
//! project; what comes of it stands beside it in a `.out`. `BLESS=1` writes those anew.
//!
//! The JSON Schema for editors is held to the same cases: it takes each valid one, and no
//! faulty one but those that say `# beyond the schema`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use polyreactor_build::find;
use polyreactor_contract::Contract;
use tempfile::TempDir;

const ROOT: &str =
    "[workspace]\nmembers = []\n[workspace.metadata.polyreactor]\nplugins = [\"p\"]\n";

#[test]
fn every_case_is_as_its_snapshot() {
    let mut faults = Vec::new();
    for (kind, is_valid) in [("valid", true), ("faulty", false)] {
        for case in cases(kind) {
            let text = fs::read_to_string(&case).expect("it can be read");
            let out = match described(&text) {
                Ok(contract) if is_valid => told(contract.as_ref()),
                Err(error) if !is_valid => error + "\n",
                Ok(_) => "no fault was found\n".to_owned(),
                Err(error) => format!("it should be valid: {error}\n"),
            };
            let snapshot = case.with_extension("out");
            if std::env::var_os("BLESS").is_some() {
                fs::write(&snapshot, &out).expect("the snapshot can be written");
            } else if fs::read_to_string(&snapshot).unwrap_or_default() != out {
                faults.push(format!("{} is not as its snapshot:\n{out}", case.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}\nBLESS=1 writes them anew", faults.join("\n"));
}

#[test]
fn the_schema_says_the_same() {
    let schema = include_str!("../../plugin.schema.json");
    // Python, among others, knows no classes of Unicode.
    assert!(!schema.contains(r"\p"), "a pattern is not for every reader of the schema");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let mut faults = Vec::new();
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    for (kind, is_valid) in [("valid", true), ("faulty", false)] {
        for case in cases(kind) {
            let text = fs::read_to_string(&case).expect("it can be read");
            let is_beyond = text.starts_with("# beyond the schema\n");
            // What is not even TOML, an editor tells by itself.
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
fn a_single_crate_has_the_same_keys() {
    let metadata = |more: &str| {
        let project = tempfile::tempdir().expect("a folder can be made");
        let text = format!(
            "[package]\nname = \"single\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [lib]\ncrate-type = [\"cdylib\"]\n\n[package.metadata.polyreactor]\n{more}"
        );
        write(project.path(), "Cargo.toml", &text);
        write(project.path(), "src/lib.rs", "");
        answer(&project)
    };
    // Fields in this order, and not in that of their names.
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
fn the_faults_of_all_plugins_are_told_at_once() {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(project.path(), "Cargo.toml", &ROOT.replace("\"p\"", "\"*\""));
    for plugin in ["a", "b"] {
        write(project.path(), &format!("{plugin}/go/go.mod"), "module x\n");
        write(project.path(), &format!("{plugin}/plugin.toml"), "nmae = \"x\"\n");
    }
    let error = answer(&project).expect_err("it is faulty");
    assert!(error.contains("a/plugin.toml:1:1") && error.contains("b/plugin.toml:1:1"), "{error}");
}

#[test]
fn a_byte_that_is_no_utf_8_has_a_place() {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(project.path(), "Cargo.toml", ROOT);
    write(project.path(), "p/go/go.mod", "module x\n");
    let text = b"[exports]\n# \xc3\xa4 \xe4 \xff\nf = \"()\"\n";
    fs::write(project.path().join("p/plugin.toml"), text).expect("it can be written");
    let error = answer(&project).expect_err("it is faulty");
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

/// What is found in a project whose one plugin is described so.
fn described(text: &str) -> Result<Option<Contract>, String> {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(project.path(), "Cargo.toml", ROOT);
    write(project.path(), "p/plugin.toml", text);
    for implementation in ["rust/Cargo.toml", "go/go.mod", "zig/build.zig"] {
        write(project.path(), &format!("p/{implementation}"), "");
    }
    answer(&project)
}

fn answer(project: &TempDir) -> Result<Option<Contract>, String> {
    let folder = project.path().canonicalize().expect("it is there");
    match find(&folder) {
        Ok(found) => Ok(found.guests[0].contract().cloned()),
        Err(error) => {
            let here = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
            Err(format!("{error:#}").replace(&here, ""))
        }
    }
}

/// A contract as modules and memory see it.
fn told(contract: Option<&Contract>) -> String {
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
