//! The output of guests, the deterministic mode, and a directory that does not exist.

use std::fmt;
use std::sync::{Arc, Mutex};

use crate::support::load;
use polyreactor_host::{Capture, InstanceConfig, InstantiateError, Output, Val};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

/// `write` writes the first `length` bytes at address 64 to a stream; `fingerprint` reads random
/// bytes and the clock.
const WRITES: &str = r#"
    (import "wasi_snapshot_preview1" "fd_write"
      (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "clock_time_get"
      (func $time (param i32 i64 i32) (result i32)))
    (data (i32.const 64) "one\r\ntwo\nthr\ffee")
    (func (export "_initialize"))
    (func $write (export "write") (param $fd i32) (param $length i32) (result i32)
      (i32.store (i32.const 0) (i32.const 64))
      (i32.store (i32.const 4) (local.get $length))
      (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 32)))
    (func (export "fingerprint") (result i64)
      (drop (call $random (i32.const 256) (i32.const 8)))
      (drop (call $time (i32.const 0) (i64.const 1) (i32.const 264)))
      (i64.xor (i64.load (i32.const 256)) (i64.load (i32.const 264))))"#;

fn write(config: &InstanceConfig, fd: i32, length: i32) {
    let mut guest = load(WRITES).unwrap().instantiate(config).unwrap();
    let written = guest.call_dynamic("write", &[Val::S32(fd), Val::S32(length)]).unwrap().results;
    assert_eq!(written, [Val::S32(0)]);
}

#[test]
fn a_capture_is_bounded_and_counts_what_it_dropped() {
    let capture = Capture::new(8);
    let config = InstanceConfig::new().stdout(Output::capture(&capture));
    write(&config, 1, 3);
    write(&config, 2, 15);
    write(&config, 1, 9);
    let captured = capture.take();
    assert_eq!((captured.text(), captured.dropped), ("oneone\r\n".to_owned(), 4));
    assert!(captured.is_cut());
    assert_eq!(capture.take().bytes, b"");
}

#[test]
fn a_writer_gets_every_byte() {
    struct Shared(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let bytes = Arc::default();
    let config = InstanceConfig::new().stderr(Output::writer(Shared(Arc::clone(&bytes))));
    write(&config, 2, 15);
    assert_eq!(*bytes.lock().unwrap(), b"one\r\ntwo\nthr\xffee");
    // More than wasmtime-wasi passes on in one write.
    write(&config, 2, 60_000);
    assert_eq!(bytes.lock().unwrap().len(), 60_015);
}

#[test]
fn lines_are_whole_and_an_unfinished_one_follows_at_the_end() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = lines.clone();
    let sink = move |plugin: &str, line: &str| {
        kept.lock().unwrap().push(format!("{plugin}: {line}"));
    };
    let config = InstanceConfig::new().name("p").stdout(Output::lines(sink));
    let mut guest = load(WRITES).unwrap().instantiate(&config).unwrap();
    for length in [2, 15] {
        guest.call_dynamic("write", &[Val::S32(1), Val::S32(length)]).unwrap();
    }
    assert_eq!(*lines.lock().unwrap(), ["p: onone", "p: two"]);
    drop(guest);
    assert_eq!(lines.lock().unwrap()[2..], ["p: thr\u{fffd}ee"]);
}

#[test]
fn two_runs_with_one_seed_are_identical() {
    let run = |config: InstanceConfig| {
        let mut guest = load(WRITES).unwrap().instantiate(&config).unwrap();
        [0; 4].map(|_| guest.call_dynamic("fingerprint", &[]).unwrap())
    };
    let seeded = |seed| InstanceConfig::new().deterministic(seed);
    assert_eq!(run(seeded(1)), run(seeded(1)));
    assert_ne!(run(seeded(1)), run(seeded(2)));
    assert_ne!(run(InstanceConfig::new()), run(InstanceConfig::new()));
}

#[test]
fn a_directory_that_does_not_exist_is_an_error() {
    let config = InstanceConfig::new().directory(
        "no/such/directory",
        "/",
        polyreactor_host::Access::ReadOnly,
    );
    let error = load(WRITES).unwrap().instantiate(&config).unwrap_err();
    assert!(matches!(error, InstantiateError::Directory { .. }), "{error}");
    // The message names the directory and the cause.
    let message = error.to_string();
    let begin = "the directory `no/such/directory` can't be given to the guest: ";
    let cause = message.strip_prefix(begin);
    assert!(cause.is_some_and(|cause| !cause.is_empty()), "{message}");
}

/// Keeps the level and the fields of each event.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Events of wasmtime-wasi do not count.
        metadata.target().starts_with("polyreactor_host")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Text(String);
        impl Visit for Text {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                self.0 += &format!(" {field}={value:?}");
            }
        }
        let mut text = Text(event.metadata().level().to_string());
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[test]
fn lines_become_events_with_the_plugins_name() {
    let events = Events::default();
    tracing::subscriber::with_default(events.clone(), || {
        let config = InstanceConfig::new().name("talker");
        write(&config.clone().stdout(Output::tracing(Level::INFO)), 1, 15);
        write(&config.stderr(Output::tracing(Level::WARN)), 2, 3);
    });
    let seen = events.0.lock().unwrap().clone();
    assert_eq!(
        seen,
        [
            "INFO message=one plugin=\"talker\"",
            "INFO message=two plugin=\"talker\"",
            "INFO message=thr\u{fffd}ee plugin=\"talker\"",
            "WARN message=one plugin=\"talker\"",
        ]
    );
}
