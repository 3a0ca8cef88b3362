//! Threads with little stack: endless recursion of a guest is an error, and the process goes on.

use std::thread;

use crate::support::{ALLOCATOR, assemble, engine, linked};
use polyreactor_host::{
    CallError, Caller, Engine, EngineConfig, InstanceConfig, Linked, Reactor, Stack, Val,
};

/// `down` recurses `$depth` times, with some 100 bytes of stack each; `nests` recurses through a
/// host function.
const RECURSES: &str = r#"
    (import "host" "again" (func $again (param i32)))
    (func (export "_initialize"))
    (func $down (export "down") (param $depth i32) (result i64)
      (local $a i64)
      (if (i32.eqz (local.get $depth)) (then (return (i64.const 0))))
      (local.set $a (call $down (i32.sub (local.get $depth) (i32.const 1))))
      (i64.add (local.get $a) (i64.const 1)))
    (func (export "nests") (param $depth i32) (call $again (local.get $depth)))"#;

fn recursing(config: &EngineConfig) -> Linked {
    let again = |caller: &mut Caller<'_>, depth: i32| -> Result<(), CallError> {
        if depth > 0 {
            caller.call_dynamic("nests", &[Val::S32(depth - 1)])?;
        }
        Ok(())
    };
    linked(&Engine::new(config).unwrap(), assemble(RECURSES), |linker| {
        linker.func("host", "again", again).unwrap();
    })
}

/// The outcome of a call on a thread with a stack of `kib` KiB.
fn on_a_thread(
    kib: usize,
    config: &EngineConfig,
    export: &str,
    depth: i32,
) -> Result<Vec<Val>, CallError> {
    let reactor = recursing(config);
    let body = || {
        let mut instance = reactor.instantiate(&InstanceConfig::new().no_timeout()).unwrap();
        instance.call_dynamic(export, &[Val::S32(depth)]).map(|outcome| outcome.results)
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
                CallError::HostFunction { cause, .. } => cause.downcast_ref().unwrap(),
                other => other,
            };
            let limit = Stack::Wasm { limit: 512 << 10 };
            assert!(
                matches!(inner, CallError::StackOverflow { stack, .. } if *stack == limit),
                "{export} on {kib} KiB: {error:?}"
            );
        }
    }
}

#[test]
fn a_call_gets_the_stack_that_the_engine_allows_on_any_thread() {
    let deep = 20_000;
    for (kib, mib) in [(64, 8), (512, 8), (2048, 64)] {
        let config = EngineConfig::new().max_stack_bytes(mib << 20);
        let results = on_a_thread(kib, &config, "down", deep).unwrap();
        assert_eq!(results, [Val::S64(deep.into())], "{kib} KiB");
        // Endless recursion is an error at the engine's limit.
        let error = on_a_thread(kib, &config, "down", i32::MAX).unwrap_err();
        let CallError::StackOverflow { stack: Stack::Wasm { limit }, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(limit, (mib as u64) << 20);
    }
    assert!(on_a_thread(2048, &EngineConfig::new(), "down", deep).is_err());
}

/// A string takes more than one call into the guest: of the allocator, too.
#[test]
fn strings_are_passed_on_a_small_thread() {
    let module = assemble(&format!(
        r#"{ALLOCATOR} (func (export "_initialize"))
        (func (export "length") (param i32 i32) (result i32) (local.get 1))"#
    ));
    let reactor = Reactor::from_bytes(&engine(), module).unwrap();
    let small = thread::Builder::new().stack_size(64 << 10).spawn(move || {
        let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
        instance.call::<i32>("length", ("guest",)).unwrap()
    });
    assert_eq!(small.unwrap().join().unwrap(), 5);
}

#[test]
fn a_module_is_loaded_on_a_small_thread() {
    let small = thread::Builder::new().stack_size(128 << 10);
    let loaded = small.spawn(|| recursing(&EngineConfig::new())).unwrap().join().unwrap();
    loaded.instantiate(&InstanceConfig::new()).unwrap();
}

/// A panic of a host function unwinds to the embedder, also from a call with a stack of its own.
#[test]
fn a_panic_unwinds_out_of_a_stack_of_its_own() {
    let panics = |_: &mut Caller<'_>| -> () { panic!("on purpose") };
    let module = assemble(
        r#"(import "host" "panics" (func $panics)) (func (export "_initialize"))
        (func (export "f") (call $panics))"#,
    );
    let reactor = linked(&engine(), module, |linker| {
        linker.func("host", "panics", panics).unwrap();
    });
    let small = thread::Builder::new().stack_size(128 << 10).spawn(move || {
        let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
        let call = std::panic::AssertUnwindSafe(|| instance.call_dynamic("f", &[]));
        let panicked = std::panic::catch_unwind(call).unwrap_err();
        assert_eq!(panicked.downcast_ref(), Some(&"on purpose"));
        instance.call_dynamic("f", &[]).unwrap_err()
    });
    let error = small.unwrap().join().unwrap();
    assert!(matches!(error, CallError::Poisoned { .. }), "{error:?}");
}

/// A stack that can't be allocated is an error before the call begins.
#[test]
fn a_stack_that_cannot_be_allocated_is_an_error() {
    let error =
        match std::panic::catch_unwind(|| recursing(&EngineConfig::new().max_stack_bytes(1 << 50)))
        {
            Ok(reactor) => reactor.instantiate(&InstanceConfig::new()).unwrap_err(),
            Err(_) => panic!("it panicked"),
        };
    assert!(error.to_string().contains("KiB of stack"), "{error}");
}

/// WASI functions have enough stack even where the guest has used up all of its own.
#[test]
fn wasi_functions_have_stack_left_where_the_guest_has_none() {
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
    // The file exists, because the construction of an error takes long on so deep a stack.
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
        let reactor = Reactor::from_bytes(&engine(), module).unwrap();
        let access = polyreactor_host::Access::ReadOnly;
        let config = InstanceConfig::new().no_timeout().directory(&folder, "/", access);
        let small = thread::Builder::new().stack_size(64 << 10).spawn(move || {
            reactor.instantiate(&config).unwrap().call_dynamic("down", &[]).unwrap_err()
        });
        let error = small.unwrap().join().unwrap();
        assert!(matches!(error, CallError::StackOverflow { .. }), "{name}: {error:?}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
