//! Limits and cancellation: whatever a guest does, its call ends, and the error says by what.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::support::{INIT, load};
use polyreactor_host::{Cancellation, Error, Input, Instance, InstanceConfig, Val};

/// Computes, sleeps, or reads: each for ever.
const WAITS: &str = r#"
    (import "wasi_snapshot_preview1" "poll_oneoff"
      (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read"
      (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
    (data (i32.const 0) "\08\00\00\00\06\00\00\00")
    (; a clock subscription: monotonic, as far away as can be ;)
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

/// A reader that gives nothing and never comes to its end.
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
fn is_dead(instance: &mut Instance) {
    assert!(matches!(instance.call("alive", &[]), Err(Error::Dead { .. })));
}

fn times_out(way: &str) {
    let limit = Duration::from_millis(30);
    let mut instance = waiting(InstanceConfig::new().timeout(limit));
    assert_eq!(instance.call("alive", &[]).unwrap(), [Val::S32(42)]);
    let error = instance.call(way, &[]).unwrap_err();
    assert!(matches!(error, Error::Timeout { limit: of } if of == limit), "{way}: {error}");
    is_dead(&mut instance);
}

fn is_cancelled(way: &str) {
    let mut instance = waiting(InstanceConfig::new().no_timeout());
    let cancellation = instance.cancellation();
    let canceller = thread::spawn(move || {
        thread::sleep(Duration::from_millis(30));
        cancellation.cancel();
    });
    let error = instance.call(way, &[]).unwrap_err();
    assert!(matches!(error, Error::Cancelled), "{way}: {error}");
    is_dead(&mut instance);
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
async fn so_they_do_inside_a_task_of_one_thread() {
    WAYS.iter().for_each(|way| times_out(way));
    WAYS.iter().for_each(|way| is_cancelled(way));
    tokio::spawn(async { times_out("sleep") }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_they_do_inside_a_task_of_many_threads() {
    WAYS.iter().for_each(|way| times_out(way));
    tokio::spawn(async { WAYS.iter().for_each(|way| is_cancelled(way)) }).await.unwrap();
}

#[test]
fn a_timeout_can_be_set_and_lifted_between_calls() {
    let mut instance = waiting(InstanceConfig::new().timeout(Duration::ZERO));
    // What ends before anyone looks has not taken too long.
    instance.set_timeout(None);
    instance.call("alive", &[]).unwrap();
    instance.set_timeout(Some(Duration::from_millis(1)));
    assert!(matches!(instance.call("spin", &[]), Err(Error::Timeout { .. })));
}

#[test]
fn an_instance_that_was_left_alone_for_long_still_has_its_deadline() {
    let mut instance = waiting(InstanceConfig::new().timeout(Duration::from_millis(20)));
    // By then the engine's ticker has lain down.
    thread::sleep(Duration::from_millis(600));
    assert!(matches!(instance.call("spin", &[]), Err(Error::Timeout { .. })));
}

#[test]
fn a_cancellation_before_the_call_is_not_lost() {
    let cancellation = Cancellation::new();
    let config = InstanceConfig::new().cancellation(&cancellation);
    let mut instance = waiting(config.clone());
    let func = instance.func::<(), i32>("alive").unwrap();
    cancellation.cancel();
    assert!(matches!(func.call(&mut instance, ()), Err(Error::Cancelled)));
    is_dead(&mut instance);
    let error = load(WAITS).unwrap().instantiate(&config).unwrap_err();
    let Error::InitFailed { cause, .. } = &error else { panic!("{error}") };
    assert!(matches!(**cause, Error::Cancelled), "{cause}");
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
            thread::spawn(move || instance.call(way, &[]))
        })
        .collect();
    cancellation.cancel();
    for caller in callers {
        assert!(matches!(caller.join().unwrap(), Err(Error::Cancelled)));
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
        let Error::InitFailed { cause, .. } = &error else { panic!("{error}") };
        assert!(matches!(**cause, Error::Timeout { .. }), "{cause}");
    }
}

/// Grows its memory, or its table, until it may not; then goes on, or fails.
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
    let config = InstanceConfig::new().memory(4 << 16).table(10);
    let reactor = load(GROWS).unwrap();
    let mut instance = reactor.instantiate(&config).unwrap();
    let mut call = |name: &str, by: i32| instance.call(name, &[Val::S32(by)]);
    assert_eq!(call("grow", 3).unwrap(), [Val::S32(1)]);
    assert_eq!(call("grow", 1).unwrap(), [Val::S32(-1)]);
    assert_eq!(call("grow_table", 9).unwrap(), [Val::S32(1)]);
    assert_eq!(call("grow_table", 1).unwrap(), [Val::S32(-1)]);
    // The call before was refused something; this one was not.
    assert!(matches!(instance.call("trap", &[]), Err(Error::Trap(_))));

    let mut instance = reactor.instantiate(&config).unwrap();
    let error = instance.call("grow_or_trap", &[Val::S32(4)]).unwrap_err();
    let Error::OutOfMemory { limit, cause, .. } = &error else { panic!("{error}") };
    assert_eq!(*limit, 4 << 16);
    assert!(matches!(**cause, Error::Trap(_)), "{cause}");
    assert_eq!(instance.memory_size(), 1 << 16);
}

#[test]
fn a_module_that_begins_too_large_is_out_of_memory() {
    let bytes = wat::parse_str(format!(r#"(module {INIT} (memory (export "memory") 65536))"#));
    let engine = polyreactor_host::Engine::new().unwrap();
    let reactor = polyreactor_host::Reactor::from_bytes(&engine, bytes.unwrap()).unwrap();
    let error = reactor.instantiate(&InstanceConfig::new()).unwrap_err();
    assert!(matches!(error, Error::OutOfMemory { .. }), "{error:?}");
    let told = "the guest wants more memory than its 256 MiB from the beginning";
    assert_eq!(error.to_string(), told);
}

#[test]
fn an_input_is_read_to_its_end() {
    let text: Arc<[u8]> = b"guest".as_slice().into();
    for input in [Input::bytes(text.clone()), Input::reader(std::io::Cursor::new(text))] {
        let config = InstanceConfig::new().stdin(input);
        let mut instance = load(WAITS).unwrap().instantiate(&config).unwrap();
        assert_eq!(instance.call("poll", &[]).unwrap(), [Val::S32(0)]);
        assert_eq!(instance.call("read", &[]).unwrap(), [Val::S32(0)]);
        assert_eq!(instance.call("read", &[]).unwrap(), [Val::S32(0)]);
    }
}
