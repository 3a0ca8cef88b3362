//! What a guest wrote before its call failed: a panic message makes the error a panic only where
//! the guest wrote nothing after it; every other error quotes the last lines.

use std::time::Duration;

use crate::support::{assemble, engine, load};
use polyreactor_host::{
    CallError, Instance, InstanceConfig, InstantiateError, LastLines, Linker, Missing, Reactor,
};

/// Imports, and a function that writes bytes of the memory to a stream.
const WRITES: &str = r#"
    (import "wasi_snapshot_preview1" "fd_write"
      (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (global $end (mut i32) (i32.const 0))
    (func $write (param $fd i32) (param $at i32) (param $length i32)
      (i32.store (i32.const 0) (local.get $at))
      (i32.store (i32.const 4) (local.get $length))
      (drop (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))"#;

/// A guest whose export `f` writes the texts to the streams, in order, and then runs `end`.
fn guest(texts: &[(i32, &str)], end: &str) -> Result<Instance, InstantiateError> {
    exporting("f", texts, end)
}

fn exporting(export: &str, texts: &[(i32, &str)], end: &str) -> Result<Instance, InstantiateError> {
    load(&module(export, texts, end)).unwrap().instantiate(&InstanceConfig::new())
}

fn module(export: &str, texts: &[(i32, &str)], end: &str) -> String {
    let (mut data, mut calls, mut at) = (String::new(), String::new(), 64);
    for (stream, text) in texts {
        let bytes: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        data += &format!("(data (i32.const {at}) \"{bytes}\")");
        calls += &format!(
            "(call $write (i32.const {stream}) (i32.const {at}) (i32.const {}))",
            text.len()
        );
        at += text.len();
    }
    let rest = match export {
        "_initialize" => "",
        _ => r#"(func (export "_initialize")) (func (export "alive"))"#,
    };
    format!("{WRITES} {rest} {data} (func (export \"{export}\") {calls} {end})")
}

fn failure(texts: &[(i32, &str)], end: &str) -> CallError {
    guest(texts, end).unwrap().call_dynamic("f", &[]).unwrap_err()
}

const TRAP: &str = "unreachable";

#[track_caller]
fn is_panic(error: &CallError, text: &str) {
    assert!(matches!(error, CallError::Panic { message, .. } if message == text), "{error:?}");
}

#[track_caller]
fn quotes(error: &CallError, stdout: &[&str], stderr: &[&str]) {
    let LastLines { stdout: out, stderr: err, .. } = error.last_lines().unwrap();
    assert_eq!((&out[..], &err[..]), (&stdout.map_to_owned()[..], &stderr.map_to_owned()[..]));
}

trait MapToOwned {
    fn map_to_owned(&self) -> Vec<String>;
}

impl MapToOwned for [&str] {
    fn map_to_owned(&self) -> Vec<String> {
        self.iter().map(|line| (*line).to_owned()).collect()
    }
}

#[test]
fn a_panic_message_that_was_written_last_is_a_panic() {
    is_panic(&failure(&[(2, "panic: no way\n")], TRAP), "no way");
    // In pieces, and without a line break at the end.
    is_panic(&failure(&[(2, "pan"), (2, "ic: no"), (2, " way")], TRAP), "no way");
    is_panic(&failure(&[(1, "before\n"), (2, "panic: no way\n")], TRAP), "no way");
    is_panic(&failure(&[(2, "panic: caught\nwent on\n"), (2, "panic: last\n")], TRAP), "last");
}

#[test]
fn output_after_a_panic_message_means_no_panic() {
    for after in [(2, "went on\n"), (2, "went on"), (1, "went on\n"), (1, "went on")] {
        let error = failure(&[(2, "panic: caught\n"), after], TRAP);
        assert!(matches!(error, CallError::Trap(_)), "{after:?}: {error:?}");
        let lines = &error.last_lines().unwrap();
        assert_eq!(lines.stderr[0], "panic: caught");
        assert!(error.to_string().contains("panic: caught"), "{error}");
    }
    // Output on standard output precedes the end of the line on standard error.
    let error = failure(&[(2, "panic: caught"), (1, "went on\n"), (2, "\n")], TRAP);
    assert!(matches!(error, CallError::Trap(_)), "{error:?}");
}

#[test]
fn a_trap_and_an_exit_quote_both_streams() {
    let texts = [(1, "{\"panic\":\"no way\"}\n"), (2, "first\nAssertion failed: x == 1\n")];
    let error = failure(&texts, TRAP);
    quotes(&error, &["{\"panic\":\"no way\"}"], &["first", "Assertion failed: x == 1"]);
    let message = error.to_string();
    let quoted = "\n  last lines on standard output:\n    {\"panic\":\"no way\"}\
                  \n  last lines on standard error:\n    first\n    Assertion failed: x == 1";
    assert!(message.starts_with("the guest executed `unreachable`") && message.ends_with(quoted));

    let error = failure(&[(2, "no config\n")], "(call $exit (i32.const 1))");
    assert!(matches!(error, CallError::Exit { status: 1, .. }));
    quotes(&error, &[], &["no config"]);
    assert_eq!(
        error.to_string(),
        "the guest exited with status 1\n  last lines on standard error:\n    no config"
    );
    // Without output nothing is quoted.
    assert_eq!(
        failure(&[], "(call $exit (i32.const 0))").to_string(),
        "the guest exited with status 0"
    );
}

#[test]
fn a_failed_initialize_quotes_the_last_lines() {
    let ends = [
        (TRAP, "executed `unreachable`"),
        ("(call $exit (i32.const 1))", "exited with status 1"),
        ("(loop (br 0))", "took longer"),
        ("(drop (i32.load (i32.const -1)))", "outside of its memory"),
    ];
    for (end, what) in ends {
        let timeout = std::time::Duration::from_millis(30);
        let config = InstanceConfig::new().init_timeout(timeout);
        let module = format!(
            r#"{WRITES} (data (i32.const 64) "no config\n")
            (func (export "_initialize")
              (call $write (i32.const 2) (i32.const 64) (i32.const 10)) {end})"#
        );
        let error = load(&module).unwrap().instantiate(&config).unwrap_err();
        let InstantiateError::InitFailed { last_lines, .. } = &error else { panic!("{error:?}") };
        assert_eq!(last_lines.stderr, ["no config"]);
        let message = error.to_string();
        assert!(
            message.starts_with("`_initialize` failed: ") && message.contains(what),
            "{message}"
        );
        // Quoted once, by the error itself or by its cause.
        assert_eq!(message.matches("no config").count(), 1, "{message}");
    }
    let error = exporting("_initialize", &[(2, "panic: no way\n")], TRAP).unwrap_err();
    assert_eq!(error.to_string().matches("no way").count(), 1, "{error}");
}

#[test]
fn output_of_an_earlier_call_is_not_quoted() {
    let mut guest = load(&format!(
        r#"{WRITES} (func (export "_initialize")) (data (i32.const 64) "panic: old\n")
        (func (export "say") (call $write (i32.const 2) (i32.const 64) (i32.const 11)))
        (func (export "trap") unreachable)"#
    ));
    let mut guest = guest.as_mut().unwrap().instantiate(&InstanceConfig::new()).unwrap();
    guest.call_dynamic("say", &[]).unwrap();
    let error = guest.call_dynamic("trap", &[]).unwrap_err();
    assert!(matches!(error, CallError::Trap(_)), "{error:?}");
    assert!(error.last_lines().unwrap().is_empty());
}

#[test]
fn quoted_lines_are_bounded_and_cut_lines_end_in_an_ellipsis() {
    let many: String = (1..=100).map(|number| format!("line {number}\n")).collect();
    let error = failure(&[(1, &many), (2, "\n\nthe only one\n\n")], TRAP);
    let last: Vec<_> = (93..=100).map(|number| format!("line {number}")).collect();
    let last: Vec<_> = last.iter().map(String::as_str).collect();
    quotes(&error, &last, &["the only one"]);

    let long = format!("panic: {}\n", "ä".repeat(4 << 10));
    let error = failure(&[(2, &long)], TRAP);
    let CallError::Panic { message, .. } = &error else { panic!("{error:?}") };
    assert!(message.len() < 2 << 10 && message.ends_with("ä…"), "{message}");
    let quoted = &error.last_lines().unwrap().stderr[0];
    assert!(quoted.len() < (2 << 10) + 8 && quoted.ends_with("ä…"), "{quoted}");
}

#[test]
fn control_characters_are_not_quoted() {
    let error = failure(&[(1, "\x1b[2Jcleared\r\n"), (2, "\u{202e}turned\n")], TRAP);
    let message = error.to_string();
    assert!(message.contains("cleared") && message.contains("turned"), "{message}");
    assert!(!message.contains(['\x1b', '\r', '\u{202e}']), "{message}");
}

#[test]
fn a_timeout_and_a_cancellation_quote_the_last_lines() {
    let config = InstanceConfig::new().timeout(Duration::from_millis(100));
    let texts = [(1, "out\n"), (2, "reading the index\n")];
    let module = load(&module("f", &texts, "(loop (br 0))")).unwrap();
    let mut instance = module.instantiate(&config).unwrap();
    let error = instance.call_dynamic("f", &[]).unwrap_err();
    assert!(matches!(error, CallError::Timeout { .. }), "{error:?}");
    quotes(&error, &["out"], &["reading the index"]);
    let lines = "\n  last lines on standard output:\n    out\
                 \n  last lines on standard error:\n    reading the index";
    assert_eq!(error.to_string(), format!("the call took longer than its limit of 100ms{lines}"));
    // The error of a later call names the first one, without its lines.
    let later = instance.call_dynamic("alive", &[]).unwrap_err();
    assert!(!later.to_string().contains("reading the index"), "{later}");
    quotes(&later, &["out"], &["reading the index"]);

    let mut instance = module.instantiate(&InstanceConfig::new().no_timeout()).unwrap();
    let cancellation = instance.cancellation();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        cancellation.cancel();
    });
    let error = instance.call_dynamic("f", &[]).unwrap_err();
    canceller.join().unwrap();
    quotes(&error, &["out"], &["reading the index"]);
    assert_eq!(error.to_string(), format!("the call was cancelled{lines}"));
}

#[test]
fn a_timeout_of_initialize_quotes_the_last_lines_once() {
    let module = load(&module("_initialize", &[(2, "first\n")], "(loop (br 0))")).unwrap();
    let config = InstanceConfig::new().init_timeout(Duration::from_millis(100));
    let error = module.instantiate(&config).unwrap_err().to_string();
    assert_eq!(error.matches("first").count(), 1, "{error}");
}

#[test]
fn a_call_of_a_missing_import_quotes_the_last_lines() {
    let engine = engine();
    let import = r#"(import "env" "log" (func $log))"#;
    let module = assemble(&format!("{import} {}", module("f", &[(2, "logging\n")], "(call $log)")));
    let mut linker = Linker::new(&engine);
    linker.missing(Missing::Trap);
    let linked = linker.link(&Reactor::from_bytes(&engine, module).unwrap()).unwrap();
    let mut instance = linked.instantiate(&InstanceConfig::new()).unwrap();
    let error = instance.call_dynamic("f", &[]).unwrap_err();
    quotes(&error, &[], &["logging"]);
}
