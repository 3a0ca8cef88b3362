//! Deadlines, cancellation and memory limits: every call ends, and the error names the reason.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::support::load;
use polyreactor_host::{
    CallError, Cancellation, Input, Instance, InstanceConfig, InstantiateError, Val,
};

/// A guest whose exports compute, sleep, poll or read for ever.
const WAITS: &str = r#"
    (import "wasi_snapshot_preview1" "poll_oneoff"
      (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read"
      (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
    (data (i32.const 0) "\08\00\00\00\06\00\00\00")
    (; a clock subscription: monotonic, with the largest timeout ;)
    (data (i32.const 80) "\01\00\00\00\00\00\00\00\ff\ff\ff\ff\ff\ff\ff\ff")
    (; standard input ;)
    (data (i32.const 168) "\01")
    (func (export "_initialize"))
    (func (export "alive") (result i32) (i32.const 42))
    (func (export "spin") (loop (br 0)))
    (func (export "yield") (loop (drop (call $sched_yield)) (br 0)))
    (func (export "sleep")
      (drop (call $poll_oneoff (i32.const 64) (i32.const 320) (i32.const 1) (i32.const 32))))
    (func (export "poll") (result i32)
      (call $poll_oneoff (i32.const 160) (i32.const 320) (i32.const 1) (i32.const 32)))
    (func (export "read") (result i32)
      (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32)))"#;

const WAYS: [&str; 5] = ["spin", "yield", "sleep", "poll", "read"];

/// A reader without data and without an end: each read blocks for ever.
struct Silence;

impl std::io::Read for Silence {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        loop {
            thread::park();
        }
    }
}

fn waiting(config: InstanceConfig) -> Instance {
    load(WAITS).unwrap().instantiate(&config.stdin(Input::reader(Silence))).unwrap()
}

#[track_caller]
fn is_poisoned(instance: &mut Instance) {
    assert!(matches!(instance.call_dynamic("alive", &[]), Err(CallError::Poisoned { .. })));
}

fn times_out(way: &str) {
    let limit = Duration::from_millis(30);
    let mut instance = waiting(InstanceConfig::new().timeout(limit));
    assert_eq!(instance.call_dynamic("alive", &[]).unwrap().results, [Val::S32(42)]);
    let error = instance.call_dynamic(way, &[]).unwrap_err();
    assert!(matches!(error, CallError::Timeout { limit: of, .. } if of == limit), "{way}: {error}");
    is_poisoned(&mut instance);
}

fn is_cancelled(way: &str) {
    let mut instance = waiting(InstanceConfig::new().no_timeout());
    let cancellation = instance.cancellation();
    let canceller = thread::spawn(move || {
        thread::sleep(Duration::from_millis(30));
        cancellation.cancel();
    });
    let error = instance.call_dynamic(way, &[]).unwrap_err();
    assert!(matches!(error, CallError::Cancelled { .. }), "{way}: {error}");
    is_poisoned(&mut instance);
    canceller.join().unwrap();
}

#[test]
fn a_deadline_ends_loops_and_waits() {
    WAYS.iter().for_each(|way| times_out(way));
}

#[test]
fn a_cancellation_ends_loops_and_waits() {
    WAYS.iter().for_each(|way| is_cancelled(way));
}

#[tokio::test]
async fn loops_and_waits_end_on_a_runtime_of_one_thread() {
    WAYS.iter().for_each(|way| times_out(way));
    WAYS.iter().for_each(|way| is_cancelled(way));
    tokio::spawn(async { times_out("sleep") }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn loops_and_waits_end_on_a_runtime_of_many_threads() {
    WAYS.iter().for_each(|way| times_out(way));
    tokio::spawn(async { WAYS.iter().for_each(|way| is_cancelled(way)) }).await.unwrap();
}

#[test]
fn a_timeout_can_be_set_and_removed_between_calls() {
    let mut instance = waiting(InstanceConfig::new().timeout(Duration::ZERO));
    // `_initialize` has a limit of its own, which is not zero.
    instance.set_timeout(None);
    instance.call_dynamic("alive", &[]).unwrap();
    instance.set_timeout(Some(Duration::from_millis(1)));
    assert!(matches!(instance.call_dynamic("spin", &[]), Err(CallError::Timeout { .. })));
}

#[test]
fn an_idle_instance_still_has_its_deadline() {
    let mut instance = waiting(InstanceConfig::new().timeout(Duration::from_millis(20)));
    // By then the epoch ticker is resting.
    thread::sleep(Duration::from_millis(600));
    assert!(matches!(instance.call_dynamic("spin", &[]), Err(CallError::Timeout { .. })));
}

#[test]
fn a_cancellation_before_the_call_is_not_lost() {
    let cancellation = Cancellation::new();
    let config = InstanceConfig::new().cancellation(&cancellation);
    let mut instance = waiting(config.clone());
    let func = instance.func::<(), i32>("alive").unwrap();
    cancellation.cancel();
    assert!(matches!(func.call(&mut instance, ()), Err(CallError::Cancelled { .. })));
    is_poisoned(&mut instance);
    let error = load(WAITS).unwrap().instantiate(&config).unwrap_err();
    let InstantiateError::InitFailed { cause, .. } = &error else { panic!("{error}") };
    assert!(matches!(**cause, CallError::Cancelled { .. }), "{cause}");
}

#[test]
fn one_cancellation_ends_many_instances() {
    let cancellation = Cancellation::new();
    let config = InstanceConfig::new().no_timeout().cancellation(&cancellation);
    let reactor = load(WAITS).unwrap();
    let callers: Vec<_> = (0..8)
        .map(|number| {
            let mut instance = reactor.instantiate(&config).unwrap();
            let way = ["spin", "sleep"][number % 2];
            thread::spawn(move || instance.call_dynamic(way, &[]))
        })
        .collect();
    cancellation.cancel();
    for caller in callers {
        assert!(matches!(caller.join().unwrap(), Err(CallError::Cancelled { .. })));
    }
}

#[test]
fn initialize_has_a_deadline_of_its_own() {
    for body in ["(loop (br 0))", "(drop (call $sleep))"] {
        let reactor = load(&format!(
            r#"(import "wasi_snapshot_preview1" "poll_oneoff"
                 (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
               (data (i32.const 80) "\01\00\00\00\00\00\00\00\ff\ff\ff\ff\ff\ff\ff\ff")
               (func $sleep (result i32)
                 (call $poll_oneoff
                   (i32.const 64) (i32.const 320) (i32.const 1) (i32.const 32)))
               (func (export "_initialize") {body})"#
        ));
        let config = InstanceConfig::new().init_timeout(Duration::from_millis(30));
        let error = reactor.unwrap().instantiate(&config).unwrap_err();
        let InstantiateError::InitFailed { cause, .. } = &error else { panic!("{error}") };
        assert!(matches!(**cause, CallError::Timeout { .. }), "{cause}");
    }
}

/// Grows its memory or its table by a number of pages or elements; returns the result of that, or
/// traps where the growth is refused.
const GROWS: &str = r#"
    (table $t 1 funcref)
    (func (export "_initialize"))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "grow_table") (param i32) (result i32)
      (table.grow $t (ref.null func) (local.get 0)))
    (func (export "grow_or_trap") (param i32)
      (if (i32.lt_s (memory.grow (local.get 0)) (i32.const 0)) (then unreachable)))
    (func (export "trap") unreachable)"#;

#[test]
fn a_refused_growth_is_an_error_only_where_the_call_fails() {
    let config = InstanceConfig::new().max_memory_bytes(4 << 16).max_table_elements(10);
    let reactor = load(GROWS).unwrap();
    let mut instance = reactor.instantiate(&config).unwrap();
    let mut call = |name: &str, by: i32| {
        instance.call_dynamic(name, &[Val::S32(by)]).map(|outcome| outcome.results)
    };
    assert_eq!(call("grow", 3).unwrap(), [Val::S32(1)]);
    assert_eq!(call("grow", 1).unwrap(), [Val::S32(-1)]);
    assert_eq!(call("grow_table", 9).unwrap(), [Val::S32(1)]);
    assert_eq!(call("grow_table", 1).unwrap(), [Val::S32(-1)]);
    // A growth was refused in the previous call, but not in this one.
    assert!(matches!(instance.call_dynamic("trap", &[]), Err(CallError::Trap(_))));

    let mut instance = reactor.instantiate(&config).unwrap();
    let error = instance.call_dynamic("grow_or_trap", &[Val::S32(4)]).unwrap_err();
    let CallError::OutOfMemory { limit, cause, .. } = &error else { panic!("{error}") };
    assert_eq!(*limit, 4 << 16);
    assert!(matches!(**cause, CallError::Trap(_)), "{cause}");
    assert_eq!(instance.memory().len(), 1 << 16);
}

#[test]
fn an_input_is_read_to_its_end() {
    let text: Arc<[u8]> = b"guest".as_slice().into();
    for input in [Input::bytes(text.clone()), Input::reader(std::io::Cursor::new(text))] {
        let config = InstanceConfig::new().stdin(input);
        let mut instance = load(WAITS).unwrap().instantiate(&config).unwrap();
        assert_eq!(instance.call_dynamic("poll", &[]).unwrap().results, [Val::S32(0)]);
        assert_eq!(instance.call_dynamic("read", &[]).unwrap().results, [Val::S32(0)]);
        assert_eq!(instance.call_dynamic("read", &[]).unwrap().results, [Val::S32(0)]);
    }
}
