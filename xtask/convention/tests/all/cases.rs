//! Snapshot tests: each `cases/*.wat` is checked and patched, with names and stripped, and the
//! result is compared with the `.out` beside it. `BLESS=1` rewrites the snapshots.
//!
//! Each patched module is tested in four ways: its text equals the snapshot; it validates; a second
//! `patch` changes nothing; and walrus, on which other tools are built, parses it and emits a valid
//! module.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use polyreactor_convention::{
    Assume, CheckOptions, PatchOptions, Patched, Refused, Strip, Wrapping, check, inspect, patch,
    strip,
};

#[test]
fn every_case_equals_its_snapshot() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = entries(&folder, "wat");
    cases.sort();
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    let mut faults = Vec::new();
    for case in &cases {
        let out = outcome(case);
        let snapshot = case.with_extension("out");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&snapshot, &out).expect("the snapshot can be written");
        } else if fs::read_to_string(&snapshot).unwrap_or_default() != out {
            faults.push(format!("{} differs from its snapshot:\n{out}", case.display()));
        }
    }
    for snapshot in entries(&folder, "out") {
        if !snapshot.with_extension("wat").exists() {
            faults.push(format!("{} has no case", snapshot.display()));
        }
    }
    assert!(faults.is_empty(), "{}\nBLESS=1 rewrites the snapshots", faults.join("\n"));
}

fn entries(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = folder.read_dir().expect("the folder is there").flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

/// The output for a case: with names and stripped; and for each of the two whose wrapping is
/// undecided or tangled, also with each assumption.
fn outcome(case: &Path) -> String {
    let named = wat::parse_file(case).unwrap_or_else(|error| panic!("{error}"));
    let stripped = strip(&named, Strip::Names).expect("it is a module");
    let mut out = String::new();
    section(&mut out, "with names", &named, PatchOptions::default());
    section(&mut out, "stripped", &stripped, PatchOptions::default());
    for (name, bytes) in [("with names", &named[..]), ("stripped", &stripped)] {
        let wrapping = inspect(bytes).expect("it is a module").wrapping;
        if matches!(wrapping, Wrapping::Undecided { .. } | Wrapping::Tangled { .. }) {
            for (word, assume) in [("wrapped", Assume::Wrapped), ("clean", Assume::Clean)] {
                let title = format!("{name}, --assume {word}");
                section(&mut out, &title, bytes, PatchOptions::default().assume(assume));
            }
        }
    }
    out
}

fn section(out: &mut String, title: &str, bytes: &[u8], options: PatchOptions) {
    writeln!(out, "== {title}").expect("writing to a string cannot fail");
    if options.assume.is_none() {
        for diagnostic in check(&inspect(bytes).expect("it is a module"), &CheckOptions::default())
        {
            writeln!(out, "{diagnostic}").expect("writing to a string cannot fail");
        }
    }
    let text = match patch(bytes, &options) {
        Err(Refused::Failed { why }) => panic!("{title}: {why}"),
        Err(refused) if options.assume.is_none() => {
            assert!(!refused.to_string().is_empty());
            "-- refused\n".to_owned()
        }
        Err(refused) => format!("-- refused: {refused}\n"),
        Ok(Patched { bytes: Cow::Borrowed(same), .. }) => {
            assert!(std::ptr::eq(same, bytes), "{title}: the result does not borrow the input");
            "-- the same bytes\n".to_owned()
        }
        Ok(patched) => {
            let again = patch(&patched.bytes, &PatchOptions::default());
            let again = again.expect("what was patched is a reactor");
            assert!(matches!(again.bytes, Cow::Borrowed(_)), "{title}: a second patch changes it");
            let changes: Vec<_> = patched.changes.iter().map(ToString::to_string).collect();
            if walrus::Module::from_buffer(bytes).is_ok() {
                let read = walrus::Module::from_buffer(&patched.bytes);
                let emitted = read.expect("walrus parses a patched module").emit_wasm();
                inspect(&emitted).expect("the module that walrus emits is valid");
            }
            let printed = wasmprinter::print_bytes(&patched.bytes).expect("it is a module");
            format!("-- {}\n{printed}", changes.join("\n-- "))
        }
    };
    out.push_str(&text);
}
