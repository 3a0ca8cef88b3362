//! B001 to B003, B005 and B006: what begins an instance and what ends it.

use std::thread;

use crate::support::{COUNTER, INIT, PROC_EXIT, instance, load, start};
use polyreactor_host::{Engine, Error, Func, Instance, InstanceConfig, Reactor, TrapKind, Val};

#[test]
fn initialize_runs_once_before_the_first_call() {
    let mut counter = instance(COUNTER);
    let inc = counter.func::<i32, i32>("inc").unwrap();
    assert_eq!(inc.call(&mut counter, 1).unwrap(), 21);
    assert_eq!(inc.call(&mut counter, 21).unwrap(), 42);
    assert_eq!(counter.call("inc", &[Val::S32(0)]).unwrap(), [Val::S32(42)]);
}

#[test]
fn instances_of_one_reactor_do_not_share_their_state() {
    let reactor = load(COUNTER).unwrap();
    let config = InstanceConfig::new();
    let mut one = reactor.instantiate(&config).unwrap();
    let mut two = reactor.instantiate(&config).unwrap();
    one.call("inc", &[Val::S32(100)]).unwrap();
    assert_eq!(two.call("inc", &[Val::S32(1)]).unwrap(), [Val::S32(21)]);
}

#[test]
fn what_starts_a_module_cannot_be_called() {
    let mut counter = instance(COUNTER);
    for name in ["_initialize", "_start"] {
        let error = counter.call(name, &[]).unwrap_err();
        assert!(matches!(error, Error::Reserved { .. }), "{error}");
        assert!(matches!(counter.func::<(), ()>(name), Err(Error::Reserved { .. })));
    }
    assert_eq!(counter.call("inc", &[Val::S32(1)]).unwrap(), [Val::S32(21)]);
}

#[test]
fn another_name_of_initialize_is_no_way_around() {
    let mut counter = instance(&COUNTER.replace(
        r#"(func (export "_initialize")"#,
        r#"(func (export "_initialize") (export "begin_again")"#,
    ));
    let error = counter.call("begin_again", &[]).unwrap_err();
    assert!(matches!(error, Error::Reserved { .. }), "{error}");
    assert_eq!(counter.call("inc", &[Val::S32(1)]).unwrap(), [Val::S32(21)]);
}

#[test]
fn a_trap_in_initialize_leaves_no_instance() {
    let error = start(r#"(func (export "_initialize") unreachable)"#).unwrap_err();
    let Error::InitFailed { cause, .. } = &error else { panic!("{error}") };
    let Error::Trap(trap) = &**cause else { panic!("{cause}") };
    assert_eq!(trap.kind, TrapKind::Unreachable);
    assert!(error.to_string().starts_with("`_initialize` failed: "), "{error}");
}

#[test]
fn an_exit_in_initialize_leaves_no_instance_with_status_0_too() {
    for status in [0, 7] {
        let error = start(&format!(
            r#"{PROC_EXIT} (func (export "_initialize") (call $proc_exit (i32.const {status})))"#
        ));
        let Err(Error::InitFailed { cause, .. }) = error else { panic!("{error:?}") };
        assert!(matches!(*cause, Error::Exit { status: is, .. } if is == status), "{cause}");
    }
}

#[test]
fn a_start_section_that_traps_counts_as_initialisation() {
    let error = start(&format!("{INIT} (func $start unreachable) (start $start)")).unwrap_err();
    assert!(matches!(error, Error::InitFailed { .. }), "{error}");
}

#[test]
fn an_exit_ends_the_instance_whatever_the_status() {
    // 126 and more are valid too; so is what Rust's `exit(-1)` comes to.
    for status in [0, 1, 7, 126, 255, 256, -1] {
        let mut guest = instance(&format!(
            r#"{PROC_EXIT} {INIT}
            (func (export "exit") (call $proc_exit (i32.const {status})))
            (func (export "one") (result i32) (i32.const 1))"#
        ));
        assert!(
            matches!(guest.call("exit", &[]), Err(Error::Exit { status: is, .. }) if is == status)
        );
        let error = guest.call("one", &[]).unwrap_err();
        let Error::Dead { export, first } = &error else { panic!("{error}") };
        assert_eq!(&**export, "exit");
        assert!(matches!(**first, Error::Exit { status: is, .. } if is == status), "{first}");
    }
}

#[test]
fn a_trap_ends_the_instance_and_its_first_cause_is_kept() {
    let mut guest = instance(&format!(
        r#"{INIT}
        (func (export "div") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
        (func (export "boom") unreachable)"#
    ));
    let div = guest.func::<i32, i32>("div").unwrap();
    let boom = guest.func::<(), ()>("boom").unwrap();
    assert_eq!(div.call(&mut guest, 1).unwrap(), 1);
    let error = div.call(&mut guest, 0).unwrap_err();
    assert!(matches!(&error, Error::Trap(trap) if trap.kind == TrapKind::DivisionByZero));
    for later in [boom.call(&mut guest, ()).unwrap_err(), guest.call("boom", &[]).unwrap_err()] {
        assert_eq!(
            later.to_string(),
            "the instance has ended: in a call of `div`, the guest divided an integer by zero; \
             make a new one of the same reactor"
        );
    }
}

#[test]
fn a_slip_of_the_callers_does_not_end_the_instance() {
    let mut counter = instance(COUNTER);
    counter.call("icn", &[]).unwrap_err();
    counter.call("inc", &[]).unwrap_err();
    counter.func::<f64, ()>("inc").unwrap_err();
    assert_eq!(counter.call("inc", &[Val::S32(1)]).unwrap(), [Val::S32(21)]);
}

#[test]
fn a_function_of_another_instance_is_refused() {
    let reactor = load(COUNTER).unwrap();
    let mut one = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let mut two = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let inc = one.func::<i32, i32>("inc").unwrap();
    let error = inc.call(&mut two, 1).unwrap_err();
    assert!(matches!(error, Error::WrongInstance { .. }), "{error}");
    assert_eq!(inc.call(&mut one, 1).unwrap(), 21);
    assert_eq!(two.call("inc", &[Val::S32(1)]).unwrap(), [Val::S32(21)]);
}

#[test]
fn an_instance_moves_between_threads_and_outlives_its_engine() {
    let mut counter = instance(COUNTER);
    let results = thread::spawn(move || counter.call("inc", &[Val::S32(1)])).join().unwrap();
    assert_eq!(results.unwrap(), [Val::S32(21)]);
}

#[test]
fn what_is_shared_can_be_shared() {
    fn sendable<T: Send>() {}
    fn shareable<T: Clone + Send + Sync>() {}
    sendable::<Instance>();
    shareable::<Engine>();
    shareable::<Reactor>();
    shareable::<Func<(i32, i32), i32>>();
    shareable::<Error>();
}
