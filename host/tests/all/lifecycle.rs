//! B001 to B003, B005 and B006: how an instance is initialised, and what poisons it.

use std::thread;

use crate::support::{COUNTER, INIT, PROC_EXIT, instance, load, start};
use polyreactor_host::{
    CallError, Engine, Error, Func, Instance, InstanceConfig, InstantiateError, Reactor, TrapKind,
    Val,
};

#[test]
fn initialize_runs_once_before_the_first_call() {
    let mut counter = instance(COUNTER);
    let inc = counter.func::<i32, i32>("inc").unwrap();
    assert_eq!(inc.call(&mut counter, 1).unwrap(), 21);
    assert_eq!(inc.call(&mut counter, 21).unwrap(), 42);
    assert_eq!(counter.call_dynamic("inc", &[Val::S32(0)]).unwrap().results, [Val::S32(42)]);
}

#[test]
fn instances_of_one_reactor_do_not_share_their_state() {
    let reactor = load(COUNTER).unwrap();
    let config = InstanceConfig::new();
    let mut one = reactor.instantiate(&config).unwrap();
    let mut two = reactor.instantiate(&config).unwrap();
    one.call_dynamic("inc", &[Val::S32(100)]).unwrap();
    assert_eq!(two.call_dynamic("inc", &[Val::S32(1)]).unwrap().results, [Val::S32(21)]);
}

#[test]
fn initialize_and_start_cannot_be_called() {
    let mut counter = instance(COUNTER);
    for name in ["_initialize", "_start"] {
        let error = counter.call_dynamic(name, &[]).unwrap_err();
        assert!(matches!(error, CallError::Reserved { .. }), "{error}");
        assert!(matches!(counter.func::<(), ()>(name), Err(CallError::Reserved { .. })));
    }
    assert_eq!(counter.call_dynamic("inc", &[Val::S32(1)]).unwrap().results, [Val::S32(21)]);
}

#[test]
fn initialize_cannot_be_called_under_another_name() {
    let mut counter = instance(&COUNTER.replace(
        r#"(func (export "_initialize")"#,
        r#"(func (export "_initialize") (export "begin_again")"#,
    ));
    let error = counter.call_dynamic("begin_again", &[]).unwrap_err();
    assert!(matches!(error, CallError::Reserved { .. }), "{error}");
    assert_eq!(counter.call_dynamic("inc", &[Val::S32(1)]).unwrap().results, [Val::S32(21)]);
}

#[test]
fn a_trap_in_initialize_leaves_no_instance() {
    let error = start(r#"(func (export "_initialize") unreachable)"#).unwrap_err();
    let InstantiateError::InitFailed { cause, .. } = &error else { panic!("{error}") };
    let CallError::Trap(trap) = &**cause else { panic!("{cause}") };
    assert_eq!(trap.kind, TrapKind::Unreachable);
    assert!(error.to_string().starts_with("`_initialize` failed: "), "{error}");
}

#[test]
fn an_exit_in_initialize_leaves_no_instance_with_status_0_too() {
    for status in [0, 7] {
        let error = start(&format!(
            r#"{PROC_EXIT} (func (export "_initialize") (call $proc_exit (i32.const {status})))"#
        ));
        let Err(InstantiateError::InitFailed { cause, .. }) = error else { panic!("{error:?}") };
        assert!(matches!(*cause, CallError::Exit { status: is, .. } if is == status), "{cause}");
    }
}

#[test]
fn a_trap_in_the_start_section_is_a_failed_initialisation() {
    let error = start(&format!("{INIT} (func $start unreachable) (start $start)")).unwrap_err();
    assert!(matches!(error, InstantiateError::InitFailed { .. }), "{error}");
}

#[test]
fn an_exit_poisons_the_instance_whatever_the_status() {
    // 126 and above are valid statuses too, and so is -1, of Rust's `exit(-1)`.
    for status in [0, 1, 7, 126, 255, 256, -1] {
        let mut guest = instance(&format!(
            r#"{PROC_EXIT} {INIT}
            (func (export "exit") (call $proc_exit (i32.const {status})))
            (func (export "one") (result i32) (i32.const 1))"#
        ));
        assert!(
            matches!(guest.call_dynamic("exit", &[]), Err(CallError::Exit { status: is, .. }) if is == status)
        );
        let error = guest.call_dynamic("one", &[]).unwrap_err();
        let CallError::Poisoned { export, first } = &error else { panic!("{error}") };
        assert_eq!(&**export, "exit");
        assert!(matches!(**first, CallError::Exit { status: is, .. } if is == status), "{first}");
    }
}

#[test]
fn a_trap_poisons_the_instance_and_the_first_cause_is_kept() {
    let mut guest = instance(&format!(
        r#"{INIT}
        (func (export "div") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
        (func (export "boom") unreachable)"#
    ));
    let div = guest.func::<i32, i32>("div").unwrap();
    let boom = guest.func::<(), ()>("boom").unwrap();
    assert_eq!(div.call(&mut guest, 1).unwrap(), 1);
    let error = div.call(&mut guest, 0).unwrap_err();
    assert!(matches!(&error, CallError::Trap(trap) if trap.kind == TrapKind::DivisionByZero));
    for later in
        [boom.call(&mut guest, ()).unwrap_err(), guest.call_dynamic("boom", &[]).unwrap_err()]
    {
        assert_eq!(
            later.to_string(),
            "the instance is poisoned by an earlier call of `div`: the guest divided an integer by \
             zero; make a new instance of the same reactor"
        );
    }
}

#[test]
fn a_mistake_of_the_caller_does_not_poison_the_instance() {
    let mut counter = instance(COUNTER);
    counter.call_dynamic("icn", &[]).unwrap_err();
    counter.call_dynamic("inc", &[]).unwrap_err();
    counter.func::<f64, ()>("inc").unwrap_err();
    assert_eq!(counter.call_dynamic("inc", &[Val::S32(1)]).unwrap().results, [Val::S32(21)]);
}

#[test]
fn a_function_of_another_instance_is_refused() {
    let reactor = load(COUNTER).unwrap();
    let mut one = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let mut two = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let inc = one.func::<i32, i32>("inc").unwrap();
    let error = inc.call(&mut two, 1).unwrap_err();
    assert!(matches!(error, CallError::WrongInstance { .. }), "{error}");
    assert_eq!(inc.call(&mut one, 1).unwrap(), 21);
    assert_eq!(two.call_dynamic("inc", &[Val::S32(1)]).unwrap().results, [Val::S32(21)]);
}

#[test]
fn an_instance_moves_between_threads_and_outlives_its_engine() {
    let mut counter = instance(COUNTER);
    let results =
        thread::spawn(move || counter.call_dynamic("inc", &[Val::S32(1)])).join().unwrap();
    assert_eq!(results.unwrap().results, [Val::S32(21)]);
}

#[test]
fn handles_are_send_and_sync() {
    fn sendable<T: Send>() {}
    fn shareable<T: Clone + Send + Sync>() {}
    sendable::<Instance>();
    shareable::<Engine>();
    shareable::<Reactor>();
    shareable::<Func<(i32, i32), i32>>();
    shareable::<Error>();
}
