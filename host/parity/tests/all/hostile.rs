//! Hostile files: deep, long and random ones end in faults, without a panic and in time.

use std::path::Path;
use std::time::{Duration, Instant};

use polyreactor_parity::suite::{Suite, parse_calls};

use crate::plugin::interface;

#[track_caller]
fn is_refused(text: &str) -> String {
    let start = Instant::now();
    let faults = Suite::parse(text, Path::new("parity.toml"), &interface()).expect_err("faulty");
    assert!(!faults.faults.is_empty() && faults.faults.len() <= 100);
    let shown = faults.to_string();
    // A debug build takes less than a second for each of them.
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    shown
}

#[test]
fn deep_files_are_refused() {
    let deep = 100_000;
    is_refused(&format!("env = {}{}", "[".repeat(deep), "]".repeat(deep)));
    is_refused(&format!("env.{} = 1", "a.".repeat(deep) + "a"));
    for open in ["[", "{x: ", "(", "\\\"", "-"] {
        let value = open.repeat(deep);
        is_refused(&format!("[[case]]\ncalls = [\"inc({value}\"]"));
        is_refused(&format!("[[case]]\ncalls = [\"inc(1) = {value}\"]"));
        is_refused(&format!("[[case]]\ncalls = [\"inc(1)\", \"inc($1, {value})\"]"));
        is_refused(&format!("[[property]]\nholds = [\"inc: {value}\"]"));
        is_refused(&format!("[[property]]\nsame = [\"inc({value}) ~ inc(1)\"]"));
    }
}

#[test]
fn long_files_are_refused_with_100_faults() {
    let shown = is_refused(&(0..2_000).map(|n| format!("k{n} = 1\n")).collect::<String>());
    assert!(shown.starts_with("parity.toml: 100 faults\n"), "{}", &shown[..100]);
    let calls = "\"icn(1)\", ".repeat(2_000);
    is_refused(&format!("[[case]]\ncalls = [{calls}]"));
    is_refused(&format!("[[case]]\ncalls = [\"{}\"]", "inc(x); ".repeat(2_000)));
    is_refused(&format!("[[case]]\ncalls = [\"{}\"]", "inc(1) ~ ".repeat(2_000)));
    is_refused(&format!("[[property]]\nexports = [\"{}\"]", "x".repeat(1_000_000)));
    is_refused(&format!("[[property]]\nholds = [\"{}\"]", ":".repeat(1_000_000)));
    is_refused(&"[[case]]\n".repeat(2_000));
    let names: String = (0..2_000).map(|number| format!("inc(a{number}); ")).collect();
    let shown = is_refused(&format!("[[property]]\nsame = [\"{names} inc(1) ~ inc(1)\"]"));
    assert!(shown.contains("there are more than 100 names"), "{}", &shown[..100]);
}

#[test]
fn random_files_cause_no_panic() {
    let parts = [
        "[[case]]\n",
        "[[property]]\n",
        "[[import]]\n",
        "[[allow]]\n",
        "[resources]\n",
        "calls",
        "name",
        "module",
        "same",
        "holds",
        "ranges",
        "is",
        "times",
        " = ",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        ", ",
        "\n",
        "inc(1)",
        "div($1, 0)",
        " ! trap",
        "inc: a",
        " → ",
        "~",
        "1..2",
        "host",
        "sorted",
        "1",
        "true",
        "é",
        "\\",
        "\\u00e9",
        "\u{202e}",
        "$",
        "%",
        ".",
        "\"\"\"",
    ];
    let interface = interface();
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..3_000 {
        let count = random.usize(0..16);
        let text: String = (0..count).map(|_| parts[random.usize(0..parts.len())]).collect();
        if let Err(faults) = Suite::parse(&text, Path::new("parity.toml"), &interface) {
            assert!(!faults.to_string().is_empty());
        }
        drop(parse_calls(&text, &interface));
        for key in ["calls", "times"] {
            let string = format!(
                "[[case]]\n{key} = ['''{text}''']\n[[property]]\n\
                 same = ['''{text}''']\nholds = ['''inc: {text}''']\n"
            );
            drop(
                Suite::parse(&string, Path::new("parity.toml"), &interface)
                    .map_err(|it| it.to_string()),
            );
        }
    }
}

#[test]
fn invalid_toml_is_shown_with_its_place() {
    let shown = is_refused("seed = 7\ncalls = [1\n\n[[case]\n");
    assert!(shown.contains("parity.toml:") && shown.contains("this is not TOML"), "{shown}");
    let shown = is_refused("seed = 7\nseed = 8\n");
    assert!(shown.contains("help: remove one of the two"), "{shown}");
}

#[test]
fn a_damaged_file_causes_no_panic() {
    let text = include_str!("../suites/valid/everything.toml");
    let characters: Vec<char> = text.chars().collect();
    let interface = interface();
    let mut random = fastrand::Rng::with_seed(5);
    for _ in 0..1_000 {
        let mut damaged = characters.clone();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(0..damaged.len());
            match random.u8(0..3) {
                0 => drop(damaged.remove(at)),
                1 => damaged.insert(at, characters[random.usize(0..characters.len())]),
                _ => damaged.swap(at, random.usize(0..characters.len() - 4)),
            }
        }
        let damaged: String = damaged.into_iter().collect();
        if let Err(faults) = Suite::parse(&damaged, Path::new("parity.toml"), &interface) {
            for fault in &faults.faults {
                assert!(!fault.cause.is_empty() && !fault.remedy.is_empty(), "{fault:?}");
            }
            assert!(!faults.to_string().is_empty());
        }
    }
}
