//! B009: re-entrant calls, which a host function makes into the guest, and their failures.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::support::{assemble, engine, linked};
use polyreactor_host::{
    CallError, Caller, Engine, EngineConfig, Instance, InstanceConfig, InstantiateError, Val,
};

/// `down`, `deny` and `swallow` call a host function that calls the guest again. `fails` traps for
/// 0, and loops for ever for 1.
const GUEST: &str = r#"
    (import "host" "again" (func $again (param i32) (result i32)))
    (import "host" "deny" (func $deny (param i32) (result i32)))
    (import "host" "swallow" (func $swallow (param i32) (result i32)))
    (global $calls (mut i32) (i32.const 0))
    (func (export "_initialize"))
    (func (export "down") (param i32) (result i32)
      (if (result i32) (i32.eqz (local.get 0))
        (then (i32.const 0))
        (else (i32.add (i32.const 1)
          (call $again (i32.sub (local.get 0) (i32.const 1)))))))
    (func (export "deny") (param i32) (result i32) (call $deny (local.get 0)))
    (func (export "swallow") (param i32) (result i32)
      (drop (call $swallow (local.get 0)))
      (global.set $calls (i32.const 99))
      (global.get $calls))
    (func (export "fails") (param i32) (result i32)
      (block (block (br_table 0 1 (local.get 0))) unreachable)
      (loop (br 0)) (unreachable))
    (func (export "calls") (result i32) (global.get $calls))"#;

fn again(caller: &mut Caller<'_>, depth: i32) -> Result<i32, CallError> {
    let down = caller.func::<i32, i32>("down")?;
    down.call(caller, depth)
}

/// Returns the guest's failure.
fn deny(caller: &mut Caller<'_>, how: i32) -> Result<i32, CallError> {
    caller.call_dynamic("fails", &[Val::S32(how)]).map(|_| 0)
}

/// Ignores the guest's failure, after a check that the instance is poisoned.
fn swallow(caller: &mut Caller<'_>, how: i32) -> i32 {
    let first = caller.call_dynamic("fails", &[Val::S32(how)]).unwrap_err();
    let second = caller.call_dynamic("calls", &[]).unwrap_err();
    assert!(matches!(&second, CallError::Poisoned { .. }), "{second}");
    assert!(second.to_string().contains("`fails`"), "{first}, then {second}");
    7
}

fn instance(config: &EngineConfig) -> Instance {
    let linked = linked(&Engine::new(config).unwrap(), assemble(GUEST), |linker| {
        linker
            .func("host", "again", again)
            .and_then(|linker| linker.func("host", "deny", deny))
            .and_then(|linker| linker.func("host", "swallow", swallow))
            .unwrap();
    });
    linked.instantiate(&InstanceConfig::new()).unwrap()
}

#[test]
fn a_host_function_may_call_the_guest() {
    let mut guest = instance(&EngineConfig::new());
    for depth in [0, 1, 40] {
        assert_eq!(
            guest.call_dynamic("down", &[Val::S32(depth)]).unwrap().results,
            [Val::S32(depth)]
        );
    }
    let down = guest.func::<i32, i32>("down").unwrap();
    assert_eq!(down.call(&mut guest, 5).unwrap(), 5);
}

#[test]
fn the_stack_limits_the_depth_of_reentrant_calls() {
    for stack in [128 << 10, 512 << 10] {
        let mut guest = instance(&EngineConfig::new().max_stack_bytes(stack));
        let error = guest.call_dynamic("down", &[Val::S32(i32::MAX)]).unwrap_err();
        // Each host function on the way returned the failure; the error has the innermost only.
        let CallError::HostFunction { cause, .. } = error else { panic!("{error:?}") };
        assert!(matches!(cause.downcast_ref(), Some(CallError::StackOverflow { .. })), "{cause:?}");
        assert!(matches!(guest.call_dynamic("calls", &[]), Err(CallError::Poisoned { .. })));
    }
}

#[test]
fn a_failure_that_a_host_function_returns_keeps_its_type() {
    let mut guest = instance(&EngineConfig::new());
    let error = guest.call_dynamic("deny", &[Val::S32(0)]).unwrap_err();
    let CallError::HostFunction { import, cause } = &error else { panic!("{error:?}") };
    assert_eq!(&**import, "host.deny");
    assert!(matches!(cause.downcast_ref(), Some(CallError::Trap(_))), "{cause}");
    // The first cause is the trap in the guest, not the error of the host function.
    let CallError::Poisoned { export, first } = guest.call_dynamic("calls", &[]).unwrap_err()
    else {
        panic!()
    };
    assert_eq!(&*export, "fails");
    assert!(matches!(*first, CallError::Trap(_)));
}

#[test]
fn a_failure_that_a_host_function_ignores_fails_the_outer_call_too() {
    let mut guest = instance(&EngineConfig::new());
    let error = guest.call_dynamic("swallow", &[Val::S32(0)]).unwrap_err();
    assert!(matches!(error, CallError::Trap(_)), "{error:?}");
    assert!(matches!(guest.call_dynamic("calls", &[]), Err(CallError::Poisoned { .. })));
}

#[test]
fn a_deadline_starts_with_the_outer_call() {
    let mut guest = instance(&EngineConfig::new());
    guest.set_timeout(Some(Duration::from_millis(30)));
    let error = guest.call_dynamic("swallow", &[Val::S32(1)]).unwrap_err();
    assert!(matches!(error, CallError::Timeout { .. }), "{error:?}");
}

#[test]
fn no_export_can_be_called_while_initialize_runs() {
    let peek = |caller: &mut Caller<'_>| -> Result<(), CallError> {
        let typed = caller.func::<(), ()>("f").unwrap_err();
        assert!(matches!(typed, CallError::NotReady { .. }), "{typed}");
        caller.call_dynamic("f", &[]).map(|_| ())
    };
    let module = assemble(
        r#"(import "host" "peek" (func $peek))
        (func (export "_initialize") (call $peek)) (func (export "f"))"#,
    );
    let reactor = linked(&engine(), module, |linker| {
        linker.func("host", "peek", peek).unwrap();
    });
    let error = reactor.instantiate(&InstanceConfig::new()).unwrap_err();
    let InstantiateError::InitFailed { cause, .. } = &error else { panic!("{error:?}") };
    let CallError::HostFunction { cause, .. } = &**cause else { panic!("{cause:?}") };
    assert_eq!(cause.to_string(), "`f` can't be called yet: `_initialize` is still running");
}

#[test]
fn a_panic_unwinds_through_reentrant_calls() {
    let dive = |caller: &mut Caller<'_>, depth: i32| -> Result<i32, CallError> {
        assert!(depth > 0, "the bottom");
        let down = caller.func::<i32, i32>("down")?;
        down.call(caller, depth - 1)
    };
    let module = assemble(
        r#"(import "host" "dive" (func $dive (param i32) (result i32)))
        (func (export "_initialize"))
        (func (export "down") (param i32) (result i32) (call $dive (local.get 0)))"#,
    );
    let reactor = linked(&engine(), module, |linker| {
        linker.func("host", "dive", dive).unwrap();
    });
    let mut guest = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let call = AssertUnwindSafe(|| guest.call_dynamic("down", &[Val::S32(3)]));
    let panic = catch_unwind(call).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the bottom"));
    let error = guest.call_dynamic("down", &[Val::S32(0)]).unwrap_err();
    assert!(
        matches!(&error, CallError::Poisoned { first, .. } if matches!(**first, CallError::Host { .. }))
    );
}

#[test]
fn a_function_of_another_instance_is_refused() {
    let mut one = instance(&EngineConfig::new());
    let mut two = instance(&EngineConfig::new());
    let down = one.func::<i32, i32>("down").unwrap();
    assert!(matches!(down.call(&mut two, 1), Err(CallError::WrongInstance { .. })));
    assert_eq!(down.call(&mut one, 1).unwrap(), 1);
}

#[test]
fn each_instance_has_a_state_of_its_own() {
    let count = |caller: &mut Caller<'_>| {
        let count = caller.state::<i32>().expect("a number");
        *count += 1;
        *count
    };
    let module = assemble(
        r#"(import "host" "count" (func $count (result i32)))
        (func (export "_initialize")) (func (export "f") (result i32) (call $count))"#,
    );
    let reactor = linked(&engine(), module, |linker| {
        linker.func("host", "count", count).unwrap();
    });
    let config = InstanceConfig::new().state(10_i32);
    let [mut one, mut two] = [(); 2].map(|()| reactor.instantiate(&config).unwrap());
    for expected in [11, 12] {
        assert_eq!(one.call_dynamic("f", &[]).unwrap().results, [Val::S32(expected)]);
    }
    assert_eq!((one.state(), two.state()), (Some(&mut 12_i32), Some(&mut 10_i32)));
    assert_eq!(two.state::<u8>(), None);
}
