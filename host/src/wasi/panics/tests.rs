//! Tests of the panic scanner, with recorded output of each version of the runtimes, and with text
//! that only looks like a panic.
//!
//! `recorded/` holds the output: `crash.go`, `crash.zig` and `crash.rs` were built by each version
//! for WASI preview 1 and run in Node. Before each output is a line with the name of the case and
//! the expected message.

use super::*;

const RECORDED: [&str; 11] = [
    include_str!("recorded/go-1.24.11.txt"),
    include_str!("recorded/go-1.25.5.txt"),
    include_str!("recorded/go-1.26.6.txt"),
    include_str!("recorded/go-1.27.3.txt"),
    include_str!("recorded/rust.txt"),
    include_str!("recorded/zig-0.14.0.txt"),
    include_str!("recorded/zig-0.14.1.txt"),
    include_str!("recorded/zig-0.15.1.txt"),
    include_str!("recorded/zig-0.15.2.txt"),
    include_str!("recorded/zig-0.16.0.txt"),
    include_str!("recorded/zig-0.17.0.txt"),
];

fn panicked(text: &str) -> Option<Panicked> {
    let mut scanner = PanicScanner::default();
    text.lines().for_each(|line| scanner.line(line));
    scanner.panicked()
}

fn message(text: &str) -> Option<String> {
    panicked(text).map(|panicked| panicked.message)
}

#[test]
fn messages_of_every_version_are_found() {
    let mut seen = 0;
    for file in RECORDED {
        let (intro, cases) = file.split_once("\n==== ").unwrap();
        for case in cases.split("\n==== ") {
            let (first, text) = case.split_once('\n').unwrap_or((case, ""));
            let (name, expected) = first.split_once(": ").unwrap();
            // The expected message is written as a Rust string literal.
            let found = message(text).map_or("none".to_owned(), |message| format!("{message:?}"));
            assert_eq!(found, expected, "{intro} {name}:\n{text}");
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn the_language_of_a_panic_is_recognised() {
    let cases = [
        ("thread 'a' panicked at a.rs:1:1:\nno\n", Language::Rust),
        ("panic: no\n\ngoroutine 1 [running]:\nmain.f()\n", Language::Go),
        ("panic: no\nCannot print stack trace: stack tracing is disabled\n", Language::Zig),
        ("panic: no\n", Language::GoOrZig),
    ];
    for (text, language) in cases {
        assert_eq!(panicked(text).unwrap(), Panicked { language, message: "no".to_owned() });
    }
}

#[test]
fn text_that_only_resembles_a_panic_is_none() {
    for text in [
        "",
        "panic:",
        " panic: no\n",
        "thread x panic: no\n",
        "thread 'a' panicked\n",
        "2026/01/01 panic: no\n",
        "panicked at a.rs:1:1:\nno\n",
        "http: panic serving 1.2.3.4: no\ngoroutine 12 [running]:\nmain.f()\n",
        "panic: no\ngoroutine 12 [running]:\nmain.f()\n",
    ] {
        assert_eq!(message(text), None, "{text}");
    }
}

#[test]
fn a_panic_counts_only_if_nothing_was_written_after_it() {
    let rust = "thread 'a' panicked at a.rs:1:1:\nno\nnote: run with `RUST_BACKTRACE=1`\n";
    let go = "panic: no\n\ngoroutine 1 [running]:\nmain.f()\n\t/main.go:7 +0x1\n";
    let zig = "panic: no\nUnable to dump stack trace: not implemented for Wasm\n";
    for text in ["panic: no\n", rust, go, zig] {
        assert_eq!(message(text).as_deref(), Some("no"), "{text}");
        assert_eq!(message(&format!("{text}went on\n")), None, "{text}");
        let again = format!("{text}went on\npanic: again\n");
        assert_eq!(message(&again).as_deref(), Some("again"), "{text}");
        let again = format!("{text}went on\n{go}");
        assert_eq!(message(&again).as_deref(), Some("no"), "{text}");
    }
}

#[test]
fn a_panic_does_not_count_after_a_later_write_to_standard_output() {
    let after = |text: &str, ends_a_line| {
        let mut scanner = PanicScanner::default();
        text.lines().for_each(|line| scanner.line(line));
        scanner.stdout(ends_a_line);
        scanner.panicked().is_some()
    };
    for text in ["panic: no\n", "panic: no\nUnable to dump stack trace: no\n"] {
        assert!(!after(text, true) && !after(text, false), "{text}");
    }
    // The panic hook of the guest crate flushes an unfinished line after the message.
    let rust = "thread 'a' panicked at a.rs:1:1:\nno\nnote: run with `RUST_BACKTRACE=1`\n";
    assert!(after(rust, false) && !after(rust, true));
}

#[test]
fn a_quoted_panic_does_not_hide_a_real_one() {
    let text = "panic: quoted\nworking… panic: real\n\ngoroutine 1 [running]:\nmain.f()\n";
    assert_eq!(message(text).as_deref(), Some("real"));
    let text = "panic: quoted\nwent on\n\ngoroutine 1 [running]:\nmain.f()\n";
    assert_eq!(message(text), None);
    let text = "panic: first (1)\n\ngoroutine 1 [running]:\nmain.f()\npanic: second (2)\n";
    assert_eq!(message(text).as_deref(), Some("second (2)"));
}

#[test]
fn a_long_message_is_cut_and_ends_in_an_ellipsis() {
    let cut = |lines: usize| {
        let end = "note: run with `RUST_BACKTRACE=1`";
        message(&format!("thread 'a' panicked at a:1:\n{}{end}\n", "x\n".repeat(lines))).unwrap()
    };
    assert_eq!(cut(1 << 16).lines().count(), MAX_LINES);
    assert!(cut(MAX_LINES + 1).ends_with("x…"));
    assert!(!cut(MAX_LINES).contains('…'));
}
