//! B009: host functions that call the guest again, and what comes of it when that fails.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::support::assemble;
use polyreactor_host::{
    Caller, Engine, EngineConfig, Error, HostModule, Instance, InstanceConfig, Methods, Reactor,
    Val,
};

/// Every export but `_initialize` hands on to the host, which calls what it is told to.
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

struct Host;

impl Host {
    fn again(&self, caller: &mut Caller<'_>, depth: i32) -> Result<i32, Error> {
        let down = caller.func::<i32, i32>("down")?;
        down.call(caller, depth)
    }

    /// Hands the guest's failure on.
    fn deny(&self, caller: &mut Caller<'_>, how: i32) -> Result<i32, Error> {
        caller.call("fails", &[Val::S32(how)]).map(|_| 0)
    }

    /// Goes on as if nothing had happened, or panics.
    fn swallow(&self, caller: &mut Caller<'_>, how: i32) -> i32 {
        let first = caller.call("fails", &[Val::S32(how)]).unwrap_err();
        let second = caller.call("calls", &[]).unwrap_err();
        assert!(matches!(&second, Error::Dead { .. }), "{second}");
        assert!(second.to_string().contains("`fails`"), "{first}, then {second}");
        7
    }
}

impl HostModule for Host {
    const NAME: &'static str = "host";

    fn methods(methods: Methods<'_, Self>) -> Result<Methods<'_, Self>, Error> {
        methods
            .method("again", Host::again)?
            .method("deny", Host::deny)?
            .method("swallow", Host::swallow)
    }
}

fn instance(config: &EngineConfig) -> Instance {
    let engine = Engine::builder_with(config).unwrap().module(Host).unwrap().build();
    let reactor = Reactor::from_bytes(&engine, assemble(GUEST)).unwrap();
    reactor.instantiate(&InstanceConfig::new()).unwrap()
}

#[test]
fn a_host_function_may_call_the_guest() {
    let mut guest = instance(&EngineConfig::new());
    for depth in [0, 1, 40] {
        assert_eq!(guest.call("down", &[Val::S32(depth)]).unwrap(), [Val::S32(depth)]);
    }
    let down = guest.func::<i32, i32>("down").unwrap();
    assert_eq!(down.call(&mut guest, 5).unwrap(), 5);
}

#[test]
fn the_stack_bounds_how_deep() {
    for stack in [128 << 10, 512 << 10] {
        let mut guest = instance(&EngineConfig::new().stack(stack));
        let error = guest.call("down", &[Val::S32(i32::MAX)]).unwrap_err();
        // Each host function on the way handed the failure on; only the innermost is told of.
        let Error::HostFunction { cause, .. } = error else { panic!("{error:?}") };
        assert!(matches!(cause.downcast_ref(), Some(Error::StackOverflow { .. })), "{cause:?}");
        assert!(matches!(guest.call("calls", &[]), Err(Error::Dead { .. })));
    }
}

#[test]
fn a_failure_that_is_handed_on_keeps_its_type() {
    let mut guest = instance(&EngineConfig::new());
    let error = guest.call("deny", &[Val::S32(0)]).unwrap_err();
    let Error::HostFunction { import, cause } = &error else { panic!("{error:?}") };
    assert_eq!(&**import, "host.deny");
    assert!(matches!(cause.downcast_ref(), Some(Error::Trap(_))), "{cause}");
    // The first cause is the guest's own.
    let Error::Dead { export, first } = guest.call("calls", &[]).unwrap_err() else { panic!() };
    assert_eq!(&*export, "fails");
    assert!(matches!(*first, Error::Trap(_)));
}

#[test]
fn a_failure_that_is_swallowed_ends_the_call_all_the_same() {
    let mut guest = instance(&EngineConfig::new());
    let error = guest.call("swallow", &[Val::S32(0)]).unwrap_err();
    assert!(matches!(error, Error::Trap(_)), "{error:?}");
    assert!(matches!(guest.call("calls", &[]), Err(Error::Dead { .. })));
}

#[test]
fn a_deadline_counts_from_the_outermost_call() {
    let mut guest = instance(&EngineConfig::new());
    guest.set_timeout(Some(Duration::from_millis(30)));
    let error = guest.call("swallow", &[Val::S32(1)]).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
}

#[test]
fn initialize_can_not_be_interrupted_by_a_call() {
    let peek = |caller: &mut Caller<'_>| -> Result<(), Error> {
        let typed = caller.func::<(), ()>("f").unwrap_err();
        assert!(matches!(typed, Error::NotReady { .. }), "{typed}");
        caller.call("f", &[]).map(|_| ())
    };
    let engine = Engine::builder().unwrap().function("host", "peek", peek).unwrap().build();
    let module = assemble(
        r#"(import "host" "peek" (func $peek))
        (func (export "_initialize") (call $peek)) (func (export "f"))"#,
    );
    let reactor = Reactor::from_bytes(&engine, module).unwrap();
    let error = reactor.instantiate(&InstanceConfig::new()).unwrap_err();
    let Error::InitFailed { cause, .. } = &error else { panic!("{error:?}") };
    let Error::HostFunction { cause, .. } = &**cause else { panic!("{cause:?}") };
    assert_eq!(cause.to_string(), "`f` can't be called yet: `_initialize` is still running");
}

#[test]
fn a_panic_in_the_depth_goes_all_the_way() {
    let dive = |caller: &mut Caller<'_>, depth: i32| -> Result<i32, Error> {
        assert!(depth > 0, "the bottom");
        let down = caller.func::<i32, i32>("down")?;
        down.call(caller, depth - 1)
    };
    let engine = Engine::builder().unwrap().function("host", "dive", dive).unwrap().build();
    let module = assemble(
        r#"(import "host" "dive" (func $dive (param i32) (result i32)))
        (func (export "_initialize"))
        (func (export "down") (param i32) (result i32) (call $dive (local.get 0)))"#,
    );
    let reactor = Reactor::from_bytes(&engine, module).unwrap();
    let mut guest = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let call = AssertUnwindSafe(|| guest.call("down", &[Val::S32(3)]));
    let panic = catch_unwind(call).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the bottom"));
    let error = guest.call("down", &[Val::S32(0)]).unwrap_err();
    assert!(matches!(&error, Error::Dead { first, .. } if matches!(**first, Error::Host { .. })));
}

#[test]
fn a_function_of_another_instance_is_refused() {
    let mut one = instance(&EngineConfig::new());
    let mut two = instance(&EngineConfig::new());
    let down = one.func::<i32, i32>("down").unwrap();
    assert!(matches!(down.call(&mut two, 1), Err(Error::WrongInstance { .. })));
    assert_eq!(down.call(&mut one, 1).unwrap(), 1);
}

#[test]
fn each_instance_has_a_state_of_its_own() {
    let count = |caller: &mut Caller<'_>| {
        let count = caller.state::<i32>().expect("a number");
        *count += 1;
        *count
    };
    let engine = Engine::builder().unwrap().function("host", "count", count).unwrap().build();
    let module = assemble(
        r#"(import "host" "count" (func $count (result i32)))
        (func (export "_initialize")) (func (export "f") (result i32) (call $count))"#,
    );
    let reactor = Reactor::from_bytes(&engine, module).unwrap();
    let config = InstanceConfig::new().state(10_i32);
    let [mut one, mut two] = [(); 2].map(|()| reactor.instantiate(&config).unwrap());
    for expected in [11, 12] {
        assert_eq!(one.call("f", &[]).unwrap(), [Val::S32(expected)]);
    }
    assert_eq!((one.state(), two.state()), (Some(&mut 12_i32), Some(&mut 10_i32)));
    assert_eq!(two.state::<u8>(), None);
}
