//! Threads with little stack: a guest that recurses is stopped, and the process goes on.

use std::thread;

use crate::support::{ALLOCATOR, assemble};
use polyreactor_host::{Caller, Engine, EngineConfig, Error, InstanceConfig, Reactor, Stack, Val};

/// Recurses as deep as it is told, or for ever; each time some 100 bytes of the stack are taken.
const RECURSES: &str = r#"
    (import "host" "again" (func $again (param i32)))
    (func (export "_initialize"))
    (func $down (export "down") (param $depth i32) (result i64)
      (local $a i64)
      (if (i32.eqz (local.get $depth)) (then (return (i64.const 0))))
      (local.set $a (call $down (i32.sub (local.get $depth) (i32.const 1))))
      (i64.add (local.get $a) (i64.const 1)))
    (func (export "nests") (param $depth i32) (call $again (local.get $depth)))"#;

fn recursing(config: &EngineConfig) -> Reactor {
    let again = |caller: &mut Caller<'_>, depth: i32| -> Result<(), Error> {
        if depth > 0 {
            caller.call("nests", &[Val::S32(depth - 1)])?;
        }
        Ok(())
    };
    let builder = Engine::builder_with(config).unwrap().function("host", "again", again).unwrap();
    Reactor::from_bytes(&builder.build(), assemble(RECURSES)).unwrap()
}

/// What a call comes to on a thread with a stack of so many KiB.
fn on_a_thread(
    kib: usize,
    config: &EngineConfig,
    export: &str,
    depth: i32,
) -> Result<Vec<Val>, Error> {
    let reactor = recursing(config);
    let body = || {
        let mut instance = reactor.instantiate(&InstanceConfig::new().no_timeout()).unwrap();
        instance.call(export, &[Val::S32(depth)])
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(kib << 10);
        thread.spawn_scoped(scope, body).unwrap().join().unwrap()
    })
}

#[test]
fn endless_recursion_is_an_error_on_any_thread() {
    for kib in [64, 128, 512, 768, 1024, 2048] {
        for export in ["down", "nests"] {
            let error = on_a_thread(kib, &EngineConfig::new(), export, i32::MAX).unwrap_err();
            let inner = match &error {
                Error::HostFunction { cause, .. } => cause.downcast_ref().unwrap(),
                other => other,
            };
            let limit = Stack::Wasm { limit: 512 << 10 };
            assert!(
                matches!(inner, Error::StackOverflow { stack, .. } if *stack == limit),
                "{export} on {kib} KiB: {error:?}"
            );
        }
    }
}

#[test]
fn a_call_may_take_what_the_engine_allows_whatever_the_thread_has() {
    let deep = 20_000;
    for (kib, mib) in [(64, 8), (512, 8), (2048, 64)] {
        let config = EngineConfig::new().stack(mib << 20);
        let results = on_a_thread(kib, &config, "down", deep).unwrap();
        assert_eq!(results, [Val::S64(deep.into())], "{kib} KiB");
        // It is not deep enough for all there is: that has its end as well.
        let error = on_a_thread(kib, &config, "down", i32::MAX).unwrap_err();
        let Error::StackOverflow { stack: Stack::Wasm { limit }, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(limit, (mib as u64) << 20);
    }
    assert!(on_a_thread(2048, &EngineConfig::new(), "down", deep).is_err());
}

/// Strings are more than one call into the guest.
#[test]
fn strings_are_passed_on_a_small_thread() {
    let module = assemble(&format!(
        r#"{ALLOCATOR} (func (export "_initialize"))
        (func (export "length") (param i32 i32) (result i32) (local.get 1))"#
    ));
    let reactor = Reactor::from_bytes(&Engine::new().unwrap(), module).unwrap();
    let small = thread::Builder::new().stack_size(64 << 10).spawn(move || {
        let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
        instance.invoke::<i32>("length", ("guest",)).unwrap()
    });
    assert_eq!(small.unwrap().join().unwrap(), 5);
}

#[test]
fn a_module_is_loaded_on_a_small_thread() {
    let small = thread::Builder::new().stack_size(128 << 10);
    let loaded = small.spawn(|| recursing(&EngineConfig::new())).unwrap().join().unwrap();
    loaded.instantiate(&InstanceConfig::new()).unwrap();
}

/// The panic of a host function goes its way, on a stack of the call's own as well.
#[test]
fn a_panic_comes_out_of_a_stack_of_its_own() {
    let panics = |_: &mut Caller<'_>| -> () { panic!("on purpose") };
    let engine = Engine::builder().unwrap().function("host", "panics", panics).unwrap().build();
    let module = assemble(
        r#"(import "host" "panics" (func $panics)) (func (export "_initialize"))
        (func (export "f") (call $panics))"#,
    );
    let reactor = Reactor::from_bytes(&engine, module).unwrap();
    let small = thread::Builder::new().stack_size(128 << 10).spawn(move || {
        let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
        let call = std::panic::AssertUnwindSafe(|| instance.call("f", &[]));
        let panicked = std::panic::catch_unwind(call).unwrap_err();
        assert_eq!(panicked.downcast_ref(), Some(&"on purpose"));
        instance.call("f", &[]).unwrap_err()
    });
    let error = small.unwrap().join().unwrap();
    assert!(matches!(error, Error::Dead { .. }), "{error:?}");
}

/// What can't be had is an error before anything has begun, and not the instance's end.
#[test]
fn a_stack_that_cannot_be_had_is_an_error() {
    let error = match std::panic::catch_unwind(|| recursing(&EngineConfig::new().stack(1 << 50))) {
        Ok(reactor) => reactor.instantiate(&InstanceConfig::new()).unwrap_err(),
        Err(_) => panic!("it panicked"),
    };
    assert!(error.to_string().contains("KiB of stack"), "{error}");
}

/// WASI's functions have room left where the guest has used up all that it may take.
#[test]
fn the_hosts_functions_have_room_where_the_guest_has_none() {
    let functions = [
        (
            "fd_write",
            "(param i32 i32 i32 i32)",
            "(i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)",
        ),
        (
            "path_open",
            "(param i32 i32 i32 i32 i32 i64 i64 i32 i32)",
            "(i32.const 3) (i32.const 1) (i32.const 64) (i32.const 4) (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 32)",
        ),
        (
            "path_filestat_get",
            "(param i32 i32 i32 i32 i32)",
            "(i32.const 3) (i32.const 1) (i32.const 64) (i32.const 4) (i32.const 128)",
        ),
        (
            "fd_readdir",
            "(param i32 i32 i32 i64 i32)",
            "(i32.const 3) (i32.const 1024) (i32.const 512) (i64.const 0) (i32.const 32)",
        ),
        (
            "poll_oneoff",
            "(param i32 i32 i32 i32)",
            "(i32.const 256) (i32.const 320) (i32.const 1) (i32.const 32)",
        ),
    ];
    let folder = format!("polyreactor-small-stack-{}", std::process::id());
    let folder = std::env::temp_dir().join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    // An error on the way would take long to be made, with all that is on the stack.
    std::fs::write(folder.join("file"), "").unwrap();
    for (name, takes, arguments) in functions {
        let module = assemble(&format!(
            r#"(import "wasi_snapshot_preview1" "{name}" (func $wasi {takes} (result i32)))
            (func (export "_initialize"))
            (data (i32.const 0) "\40\00\00\00\04\00\00\00") (data (i32.const 64) "file")
            (func $down (export "down") (result i32)
              (drop (call $wasi {arguments}))
              (i32.add (call $down) (i32.const 1)))"#
        ));
        let reactor = Reactor::from_bytes(&Engine::new().unwrap(), module).unwrap();
        let access = polyreactor_host::Access::ReadOnly;
        let config = InstanceConfig::new().no_timeout().directory(&folder, "/", access);
        let small = thread::Builder::new()
            .stack_size(64 << 10)
            .spawn(move || reactor.instantiate(&config).unwrap().call("down", &[]).unwrap_err());
        let error = small.unwrap().join().unwrap();
        assert!(matches!(error, Error::StackOverflow { .. }), "{name}: {error:?}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
