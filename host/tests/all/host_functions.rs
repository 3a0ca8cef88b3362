//! What guests are offered besides WASI: closures, their errors and their panics.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::assemble;
use polyreactor_host::{
    Caller, Engine, Error, Instance, InstanceConfig, OutOfBounds, Reactor, Val,
};

const GUEST: &str = r#"
    (import "host" "log" (func $log (param i32 i32)))
    (import "host" "next" (func $next (result i64)))
    (import "host" "fail" (func $fail (param i32) (result i32)))
    (import "host" "panic" (func $panic))
    (import "host" "dawdle" (func $dawdle))
    (data (i32.const 8) "hello")
    (func (export "_initialize"))
    (func (export "log") (param i32 i32) (call $log (local.get 0) (local.get 1)))
    (func (export "next") (result i64) (call $next))
    (func (export "fail") (param i32) (result i32) (call $fail (local.get 0)))
    (func (export "panic") (call $panic))
    (func (export "dawdle") (call $dawdle))"#;

#[derive(Debug, PartialEq)]
struct Broken(i32);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken by {}", self.0)
    }
}

impl std::error::Error for Broken {}

fn panics(_: &mut Caller<'_>) {
    panic!("the host's own");
}

fn engine(log: &Arc<Mutex<Vec<String>>>) -> Result<Engine, Error> {
    let (log, count) = (log.clone(), AtomicU64::new(0));
    let note = move |caller: &mut Caller<'_>, at: u32, length: u32| -> Result<(), OutOfBounds> {
        let text = String::from_utf8_lossy(caller.read(at, length)?).into_owned();
        log.lock().unwrap().push(format!("{}: {text}", caller.plugin()));
        caller.write(at, b"H")
    };
    let next = move |_: &mut Caller<'_>| count.fetch_add(1, Ordering::Relaxed);
    let fail = |_: &mut Caller<'_>, by: i32| if by == 0 { Ok(1) } else { Err(Broken(by)) };
    let dawdle = |caller: &mut Caller<'_>| {
        let left = caller.time_left().expect("a deadline");
        thread::sleep(left + Duration::from_millis(1));
    };
    let builder = Engine::builder()?
        .function("host", "log", note)?
        .function("host", "next", next)?
        .function("host", "fail", fail)?
        .function("host", "panic", panics)?
        .function("host", "dawdle", dawdle)?;
    Ok(builder.build())
}

fn instance() -> (Instance, Arc<Mutex<Vec<String>>>) {
    let log = Arc::default();
    let reactor = Reactor::from_bytes(&engine(&log).unwrap(), assemble(GUEST)).unwrap();
    (reactor.instantiate(&InstanceConfig::new().name("guest")).unwrap(), log)
}

#[test]
fn numbers_and_memory_go_both_ways() {
    let (mut guest, log) = instance();
    for _ in 0..2 {
        guest.call("log", &[Val::S32(8), Val::S32(5)]).unwrap();
    }
    assert_eq!(*log.lock().unwrap(), ["guest: hello", "guest: Hello"]);
    assert_eq!(guest.call("next", &[]).unwrap(), [Val::S64(0)]);
    assert_eq!(guest.call("next", &[]).unwrap(), [Val::S64(1)]);
    assert_eq!(guest.call("fail", &[Val::S32(0)]).unwrap(), [Val::S32(1)]);
}

#[test]
fn an_error_keeps_its_type_and_ends_the_instance() {
    let (mut guest, _) = instance();
    let error = guest.call("fail", &[Val::S32(7)]).unwrap_err();
    assert_eq!(error.to_string(), "the host function `host.fail` failed: broken by 7");
    let Error::HostFunction { import, cause } = &error else { panic!("{error}") };
    assert_eq!((&**import, cause.downcast_ref()), ("host.fail", Some(&Broken(7))));
    assert!(matches!(guest.call("next", &[]), Err(Error::Dead { .. })));
}

#[test]
fn memory_that_is_not_there_is_an_error() {
    for (at, length) in [(65535, 2), (-1, 1), (-1, -1), (0, 65537)] {
        let (mut guest, _) = instance();
        let error = guest.call("log", &[Val::S32(at), Val::S32(length)]).unwrap_err();
        let Error::HostFunction { cause, .. } = &error else { panic!("{error}") };
        assert!(cause.is::<OutOfBounds>(), "{cause}");
    }
}

#[test]
fn a_panic_goes_through_and_ends_the_instance() {
    let (mut guest, _) = instance();
    let panic = catch_unwind(AssertUnwindSafe(|| guest.call("panic", &[]))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the host's own"));
    let error = guest.call("next", &[]).unwrap_err();
    assert!(matches!(&error, Error::Dead { first, .. } if matches!(**first, Error::Host { .. })));
}

#[test]
fn one_that_returns_late_is_a_timeout() {
    let (mut guest, _) = instance();
    guest.set_timeout(Some(Duration::from_millis(20)));
    assert!(matches!(guest.call("dawdle", &[]), Err(Error::Timeout { .. })));
    assert!(matches!(guest.call("next", &[]), Err(Error::Dead { .. })));
}

#[test]
fn what_is_not_offered_is_missing_and_what_is_taken_is_refused() {
    let some = Engine::builder().unwrap().function("host", "log", |_: &mut Caller<'_>| 1_i32);
    let error = Reactor::from_bytes(&some.unwrap().build(), assemble(GUEST)).unwrap_err();
    let Error::MissingImports { imports, .. } = &error else { panic!("{error}") };
    assert_eq!(imports.len(), 5);
    assert_eq!(imports[0].offered.as_deref(), Some("func () -> i32"));
    let twice = Engine::builder().unwrap().function("host", "log", |_: &mut Caller<'_>| {});
    let twice = twice.unwrap().function("host", "log", |_: &mut Caller<'_>, _: f64| {});
    assert!(matches!(twice, Err(Error::Host { .. })));
}
