//! What every foreign host must do, with small modules: kinds of traps, bits of floats, values that
//! can't be passed, time limits, and large output.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use polyreactor_parity::foreign::{
    ForeignCall, ForeignEnd, ForeignHost, ForeignOutcome, ForeignType, ForeignValue, Session,
    Settings, TrapKind,
};

const WASI: &str = r#"
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))"#;

struct Plugin {
    _folder: tempfile::TempDir,
    file: PathBuf,
}

fn plugin(body: &str) -> Plugin {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plugin.wasm");
    let text = format!("(module {WASI} (memory (export \"memory\") 2) {body})");
    std::fs::write(&file, wat::parse_str(text).unwrap()).unwrap();
    Plugin { _folder: folder, file }
}

fn each(settings: Settings, body: &str, check: impl Fn(&'static str, Session)) {
    let plugin = plugin(body);
    for host in ForeignHost::NAMES.into_iter().filter_map(super::host) {
        check(host.name, host.start_with(&plugin.file, settings.clone()).unwrap());
    }
}

fn call(name: &str, args: Vec<ForeignValue>, result: Option<ForeignType>) -> ForeignCall {
    ForeignCall::new(name, args, result)
}

fn only(outcomes: Vec<ForeignOutcome>) -> ForeignEnd {
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    outcomes.into_iter().next().unwrap().end
}

#[test]
fn every_kind_of_trap_is_recognised() {
    use TrapKind::*;
    let body = r#"
      (table 4 funcref) (elem (i32.const 0) $other) (func $other (param i64))
      (type $void (func))
      (func $down (export "recurses") (result i32) (i32.add (call $down) (i32.const 1)))
      (func (export "a") unreachable)
      (func (export "b") (drop (i32.load (i32.const 10000000))))
      (func (export "c") (drop (i32.div_s (i32.const 1) (i32.const 0))))
      (func (export "d") (drop (i64.rem_u (i64.const 1) (i64.const 0))))
      (func (export "e") (drop (i32.div_s (i32.const 0x80000000) (i32.const -1))))
      (func (export "f") (drop (i32.trunc_f64_s (f64.const nan))))
      (func (export "g") (drop (i32.trunc_f64_s (f64.const 1e300))))
      (func (export "h") (call_indirect (type $void) (i32.const 100)))
      (func (export "i") (call_indirect (type $void) (i32.const 2)))
      (func (export "j") (call_indirect (type $void) (i32.const 0)))
      (func (export "k") (memory.fill (i32.const 100) (i32.const 0) (i32.const 10000000)))"#;
    let cases = [
        ("a", Unreachable),
        ("b", MemoryOutOfBounds),
        ("c", DivisionByZero),
        ("d", DivisionByZero),
        ("e", IntegerOverflow),
        ("f", BadConversion),
        ("g", IntegerOverflow),
        ("h", NoSuchTableEntry),
        ("i", NoSuchTableEntry),
        ("j", BadSignature),
        ("k", MemoryOutOfBounds),
    ];
    each(Settings::default(), body, |host, mut session| {
        for (name, expected) in cases {
            let end = only(session.run(&[call(name, Vec::new(), None)]).unwrap());
            let ForeignEnd::Trap { kinds, words } = end else { panic!("{host} {name}: {end:?}") };
            assert!(kinds.contains(&expected), "{host} {name}: {kinds:?} {words}");
            let is_exact = kinds.len() == 1;
            assert!(
                is_exact || host == "node" && "fgij".contains(name),
                "{host} {name}: {kinds:?}"
            );
        }
        let recursion = call("recurses", Vec::new(), Some(ForeignType::I32));
        assert_eq!(only(session.run(&[recursion]).unwrap()), ForeignEnd::StackOverflow, "{host}");
    });
}

#[test]
fn floats_keep_their_bits() {
    let body = r#"(func (export "f") (param f32) (result f32) (local.get 0))
      (func (export "g") (param i64 f64 i32) (result f64) (local.get 1))
      (func (export "h") (param i64) (result i64) (local.get 0))"#;
    each(Settings::default(), body, |host, mut session| {
        // Signalling NaNs with a payload, a negative NaN, and -0.
        for bits in [0x7fa0_1234_u32, 0xffc0_0001, 0x8000_0000, 1] {
            let value = ForeignValue::F32(bits);
            let f = call("f", vec![value.clone()], Some(ForeignType::F32));
            let expected = ForeignEnd::Returned { value: Some(value), pointers: Vec::new() };
            assert_eq!(only(session.run(&[f]).unwrap()), expected, "{host}");
        }
        for bits in [0x7ff4_0000_0000_1234_u64, 0xfff8_0000_0000_0001, 1 << 63] {
            let value = ForeignValue::F64(bits);
            let args = vec![ForeignValue::I64(i64::MIN), value.clone(), ForeignValue::I32(-1)];
            let g = call("g", args, Some(ForeignType::F64));
            let expected = ForeignEnd::Returned { value: Some(value), pointers: Vec::new() };
            assert_eq!(only(session.run(&[g]).unwrap()), expected, "{host}");
        }
        for number in [i64::MIN, -1, i64::MAX] {
            let value = ForeignValue::I64(number);
            let h = call("h", vec![value.clone()], Some(ForeignType::I64));
            let expected = ForeignEnd::Returned { value: Some(value), pointers: Vec::new() };
            assert_eq!(only(session.run(&[h]).unwrap()), expected, "{host}");
        }
    });
}

#[test]
fn calls_that_do_not_fit_say_why() {
    let body = r#"(func (export "f") (param i32))
      (func (export "no_utf8") (result i64) (i64.const 0x0000000800000001))
      (func (export "far") (result i64) (i64.const 0x000fffff00001000))
      (func (export "none") (result i64) (i64.const 0))
      (func (export "takes") (param i32 i32))
      (data (i32.const 8) "\ff")"#;
    each(Settings::default(), body, |host, mut session| {
        let mut kind = |name, args, result| {
            only(session.run(&[call(name, args, result), call("f", Vec::new(), None)]).unwrap())
                .kind()
        };
        let text = Some(ForeignType::String);
        assert_eq!(kind("absent", Vec::new(), None), "no-such-export", "{host}");
        assert_eq!(kind("memory", Vec::new(), None), "no-such-export", "{host}");
        assert_eq!(kind("f", Vec::new(), None), "type-mismatch", "{host}");
        assert_eq!(kind("f", vec![ForeignValue::I64(1)], None), "type-mismatch", "{host}");
        assert_eq!(kind("f", vec![1.5_f32.into()], None), "type-mismatch", "{host}");
        let i32 = Some(ForeignType::I32);
        assert_eq!(kind("f", vec![ForeignValue::I32(1)], i32), "type-mismatch", "{host}");
        assert_eq!(kind("no_utf8", Vec::new(), text), "passing", "{host}");
        assert_eq!(kind("far", Vec::new(), text), "passing", "{host}");
        assert_eq!(kind("takes", vec!["text".into()], None), "passing", "{host}");
        let good = session
            .run(&[call("none", Vec::new(), text), call("takes", vec!["".into()], None)])
            .unwrap();
        let value = Some(ForeignValue::String(String::new()));
        assert_eq!(good[0].end, ForeignEnd::Returned { value, pointers: Vec::new() }, "{host}");
        assert_eq!(good[1].end.kind(), "returned", "{host}");
    });
}

#[test]
fn an_initialize_that_fails_is_the_only_outcome() {
    let text = r#"(data (i32.const 64) "\08\01\00\00\02\00\00\00") (data (i32.const 264) "x\n")
      (func (export "f"))"#;
    let cases = [("unreachable", "trap"), ("(call $exit (i32.const 0))", "exit")];
    for (code, kind) in cases {
        let says = "(drop (call $write (i32.const 2) (i32.const 64) (i32.const 1) (i32.const 0)))";
        let body = format!("{text} (func (export \"_initialize\") {says} {code})");
        each(Settings::default(), &body, |host, mut session| {
            let outcomes = session.run(&[call("f", Vec::new(), None)]).unwrap();
            assert_eq!((outcomes.len(), &*outcomes[0].name), (1, "_initialize"), "{host}");
            assert_eq!(
                (outcomes[0].end.kind(), &*outcomes[0].stderr),
                (kind, &b"x\n"[..]),
                "{host}"
            );
        });
    }
}

#[test]
fn a_call_that_does_not_return_is_a_timeout_and_the_next_sequence_runs() {
    let body = r#"(func (export "spins") (loop (br 0))) (func (export "f"))"#;
    let settings = Settings { timeout: Duration::from_secs(1), ..Settings::default() };
    each(settings, body, |host, mut session| {
        let begun = Instant::now();
        let calls = [call("f", Vec::new(), None), call("spins", Vec::new(), None)];
        let outcomes = session.run(&calls).unwrap();
        let kinds: Vec<_> = outcomes.iter().map(|outcome| outcome.end.kind()).collect();
        assert_eq!(kinds, ["returned", "timeout"], "{host}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{host}");
        assert_eq!(only(session.run(&calls[..1]).unwrap()).kind(), "returned", "{host}");
    });
}

#[test]
fn large_output_is_kept_up_to_its_limit() {
    // Writes 64 KiB to a stream, so many times.
    let body = r#"(data (i32.const 64) "\00\00\01\00\00\00\01\00")
      (func (export "prints") (param i32 i32) (loop
        (drop (call $write (local.get 0) (i32.const 64) (i32.const 1) (i32.const 0)))
        (br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1))))))"#;
    let settings = Settings { timeout: Duration::from_secs(60), ..Settings::default() };
    each(settings, body, |host, mut session| {
        let prints = |stream, times| {
            call("prints", vec![ForeignValue::I32(stream), ForeignValue::I32(times)], None)
        };
        let outcomes = session.run(&[prints(1, 1025), prints(2, 9)]).unwrap();
        assert_eq!(outcomes[0].end.kind(), "returned", "{host}");
        assert_eq!(outcomes[0].stdout.len(), 64 << 20, "{host}");
        assert_eq!(outcomes[0].dropped_bytes, 1 << 16, "{host}");
        assert_eq!((outcomes[1].stdout.len(), outcomes[1].stderr.len()), (0, 9 << 16), "{host}");
    });
}

#[test]
fn an_import_that_the_host_lacks_fails_when_it_is_called() {
    let text = r#"(module (import "host" "log" (func $log (param f64) (result i32)))
      (memory (export "memory") 1)
      (func (export "f") (drop (call $log (f64.const 1)))) (func (export "g")))"#;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plugin.wasm");
    std::fs::write(&file, wat::parse_str(text).unwrap()).unwrap();
    for host in ForeignHost::NAMES.into_iter().filter_map(super::host) {
        let mut session = host.start(&file).unwrap();
        let calls = [call("g", Vec::new(), None), call("f", Vec::new(), None)];
        let outcomes = session.run(&calls).unwrap();
        let import = "host.log".to_owned();
        assert_eq!(outcomes[1].end, ForeignEnd::MissingImport { import }, "{}", host.name);
    }
}

#[test]
fn large_arguments_and_results_pass() {
    // An allocator that returns the same address, and an echo.
    let body = r#"(func (export "polyreactor_alloc") (param i32 i32) (result i32)
        (drop (memory.grow (i32.const 600))) (i32.const 65536))
      (func (export "polyreactor_free") (param i32 i32 i32))
      (func (export "echo") (param i32 i32) (result i64)
        (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
          (i64.extend_i32_u (local.get 1))))"#;
    let settings = Settings { timeout: Duration::from_secs(60), ..Settings::default() };
    each(settings, body, |host, mut session| {
        let bytes: Vec<u8> = (0..32 << 20).map(|at: u32| (at % 251) as u8).collect();
        let list = ForeignValue::List { element_bytes: 8, bytes };
        let echo = call("echo", vec![list.clone()], Some(ForeignType::List { element_bytes: 8 }));
        let end = only(session.run(&[echo]).unwrap());
        let expected = ForeignEnd::Returned { value: Some(list), pointers: Vec::new() };
        assert!(end == expected, "{host}: {}", end.kind());
    });
}
