//! Host functions: what they get and return, their errors and their panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::{Broken, assemble, engine, linked, whole};
use polyreactor_host::{
    CallError, Caller, Instance, InstanceConfig, LinkError, Linker, OutOfBounds, Reactor, Val,
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

fn panics(_: &mut Caller<'_>) {
    panic!("the host's own");
}

fn define(linker: &mut Linker, log: &Arc<Mutex<Vec<String>>>) -> Result<(), LinkError> {
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
    linker
        .func("host", "log", note)?
        .func("host", "next", next)?
        .func("host", "fail", fail)?
        .func("host", "panic", panics)?
        .func("host", "dawdle", dawdle)?;
    Ok(())
}

fn instance() -> (Instance, Arc<Mutex<Vec<String>>>) {
    let log = Arc::default();
    let reactor = linked(&engine(), assemble(GUEST), |linker| define(linker, &log).unwrap());
    (reactor.instantiate(&InstanceConfig::new().name("guest")).unwrap(), log)
}

#[test]
fn host_functions_take_numbers_and_access_memory() {
    let (mut guest, log) = instance();
    for _ in 0..2 {
        guest.call_dynamic("log", &[Val::S32(8), Val::S32(5)]).unwrap();
    }
    assert_eq!(*log.lock().unwrap(), ["guest: hello", "guest: Hello"]);
    assert_eq!(guest.call_dynamic("next", &[]).unwrap().results, [Val::S64(0)]);
    assert_eq!(guest.call_dynamic("next", &[]).unwrap().results, [Val::S64(1)]);
    assert_eq!(guest.call_dynamic("fail", &[Val::S32(0)]).unwrap().results, [Val::S32(1)]);
}

#[test]
fn an_error_keeps_its_type_and_poisons_the_instance() {
    let (mut guest, _) = instance();
    let error = guest.call_dynamic("fail", &[Val::S32(7)]).unwrap_err();
    assert_eq!(whole(&error), "the host function `host.fail` failed: broken by 7");
    let CallError::HostFunction { import, cause } = &error else { panic!("{error}") };
    assert_eq!((&**import, cause.downcast_ref()), ("host.fail", Some(&Broken(7))));
    assert!(matches!(guest.call_dynamic("next", &[]), Err(CallError::Poisoned { .. })));
}

#[test]
fn an_access_out_of_bounds_is_an_error() {
    for (at, length) in [(65535, 2), (-1, 1), (-1, -1), (0, 65537)] {
        let (mut guest, _) = instance();
        let error = guest.call_dynamic("log", &[Val::S32(at), Val::S32(length)]).unwrap_err();
        let CallError::HostFunction { cause, .. } = &error else { panic!("{error}") };
        assert!(cause.is::<OutOfBounds>(), "{cause}");
    }
}

#[test]
fn a_panic_unwinds_to_the_embedder_and_poisons_the_instance() {
    let (mut guest, _) = instance();
    let panic = catch_unwind(AssertUnwindSafe(|| guest.call_dynamic("panic", &[]))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the host's own"));
    let error = guest.call_dynamic("next", &[]).unwrap_err();
    assert!(
        matches!(&error, CallError::Poisoned { first, .. } if matches!(**first, CallError::Host { .. }))
    );
}

#[test]
fn a_host_function_that_returns_late_is_a_timeout() {
    let (mut guest, _) = instance();
    guest.set_timeout(Some(Duration::from_millis(20)));
    assert!(matches!(guest.call_dynamic("dawdle", &[]), Err(CallError::Timeout { .. })));
    assert!(matches!(guest.call_dynamic("next", &[]), Err(CallError::Poisoned { .. })));
}

#[test]
fn missing_imports_and_taken_names_are_errors() {
    let engine = engine();
    let mut some = Linker::new(&engine);
    some.func("host", "log", |_: &mut Caller<'_>| 1_i32).unwrap();
    let reactor = Reactor::from_bytes(&engine, assemble(GUEST)).unwrap();
    let error = some.link(&reactor).unwrap_err();
    let LinkError::MissingImports { imports, .. } = &error else { panic!("{error}") };
    assert_eq!(imports.len(), 5);
    assert_eq!(imports[0].offered.as_deref(), Some("func () -> i32"));
    let twice = some.func("host", "log", |_: &mut Caller<'_>, _: f64| {}).map(drop);
    assert!(matches!(&twice, Err(LinkError::NameTaken { import }) if &**import == "host.log"));
}
