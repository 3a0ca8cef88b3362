//! Comparisons across hosts: differences between hosts are shown and shrunk, and what can't be
//! compared is said.

use polyreactor_parity::report::{Report, Verdict, html};
use polyreactor_parity::{Artifact, Parity, Unusable};

use super::host;

/// Two implementations with the same code.
fn parity(text: &str, hosts: &[&str]) -> Parity {
    let bytes = wat::parse_str(text).unwrap();
    let artifact = |label: &str| Artifact::new(label, bytes.clone(), "plugin.wasm");
    Parity::new("plugin", vec![artifact("one"), artifact("two")]).options(|options| {
        options.sequences = Some(20);
        options.hosts = hosts.iter().map(|name| (*name).to_owned()).collect();
    })
}

fn labels(report: &Report) -> Vec<&str> {
    report.implementations.iter().map(|of| &*of.label).collect()
}

/// An argument above 20 recurs so deeply that the stack of our host overflows; wazero's is larger.
const DEEP: &str = r#"(module (memory (export "memory") 1) (func (export "_initialize"))
  (func $down (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0))))
  (func (export "deep") (param i32) (result i32)
    (call $down (select (i32.const 200000) (i32.const 3) (i32.gt_s (local.get 0) (i32.const 20))))))"#;

#[test]
fn a_difference_between_hosts_is_shrunk() {
    if host("wazero").is_none() {
        return;
    }
    let report = parity(DEEP, &["polyreactor", "wazero"]).run().unwrap();
    assert_eq!(labels(&report), ["one", "two", "one@wazero", "two@wazero"]);
    let [ours, across] = &report.cases[..] else { panic!("{report:#?}") };
    assert!(matches!(ours.verdict, Verdict::Equal), "{ours:#?}");
    assert_eq!(across.name, format!("{}, in wazero", ours.name));
    let Verdict::Different(difference) = &across.verdict else { panic!("{across:#?}") };
    assert_eq!(difference.replay, "deep(21)");
    assert!(difference.shrunk.is_some());
    let groups = &difference.steps.last().unwrap().groups;
    let outcomes: Vec<_> =
        groups.iter().map(|group| (&*group.outcome, &group.implementations[..])).collect();
    assert_eq!(outcomes, [("stack-overflow", &[0, 1][..]), ("200000", &[2, 3])]);
    // The first case was not run in the other host.
    let parts = [0, 1].map(|case| [0, 1, 2, 3].map(|of| report.takes_part(of, case)));
    assert_eq!(parts, [[true, true, false, false], [true; 4]]);
    assert_eq!(html::write(&report, "polyreactor").matches("<small>equal</small>").count(), 2);
}

#[test]
fn written_calls_are_made_in_each_host() {
    let hosts: Vec<_> = ["node", "wasmtime-py"].into_iter().filter_map(host).collect();
    let names: Vec<_> = hosts.iter().map(|host| host.name).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parity.toml");
    let suite = "env = { A = '1' }\n[[case]]\nname = 'small'\ncalls = ['deep(1) * 3 = 3']\n";
    std::fs::write(&file, suite).unwrap();
    let parity = parity(DEEP, &names).suite(&file).unwrap();
    let report = parity.options(|options| options.sequences = Some(0)).run().unwrap();
    assert!(report.is_equal(), "{report:#?}");
    assert_eq!(report.implementations.len(), 2 * (1 + names.len()));
    if !names.is_empty() {
        let title = format!("small, in {}", names.join(", "));
        let small = report.cases.iter().find(|case| case.name == title).unwrap();
        assert_eq!(small.calls, 3);
        assert!(report.notes.iter().any(|note| note.contains("`env`")), "{:?}", report.notes);
    }
}

#[test]
fn a_plugin_that_imports_host_functions_is_not_equal_in_silence() {
    let text = r#"(module (import "host" "log" (func $log (param i32)))
      (memory (export "memory") 1) (func (export "_initialize"))
      (func (export "f") (call $log (i32.const 1))))"#;
    if host("node").is_none() {
        return;
    }
    let report = parity(text, &["node"]).run().unwrap();
    assert_eq!(labels(&report), ["one", "two"]);
    let [note] = &report.notes[..] else { panic!("{report:#?}") };
    assert!(note.contains("nothing was run in node") && note.contains("`host.log`"), "{note}");
}

#[test]
fn an_unknown_host_is_wrong_use() {
    let error = parity(DEEP, &["deno"]).run().unwrap_err();
    let unusable = error.downcast::<Unusable>().unwrap().to_string();
    assert!(unusable.contains("`deno`") && unusable.contains("node, wasmtime-py"), "{unusable}");
}
