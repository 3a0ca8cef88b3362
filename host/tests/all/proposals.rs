//! Proposals beyond Wasm 1.0: those that the host runs, and those that it refuses with a remedy.

use crate::support::{INIT, assemble, engine, instance, linked, load};
use polyreactor_host::{
    CallError, Engine, EngineConfig, InstanceConfig, Linked, LoadError, Reactor, TrapKind, Val,
};

/// Exceptions as C++ compilers use them: a function that throws, and ways to catch.
const EXCEPTIONS: &str = r#"
    (import "host" "call" (func $host))
    (tag $number (param i32))
    (func $throws (param i32) (if (local.get 0) (then (throw $number (local.get 0)))))
    (func (export "catches") (param i32) (result i32)
      (block $caught (result i32)
        (try_table (catch $number $caught) (call $throws (local.get 0)))
        (i32.const -1)))
    (func (export "throws_again") (param i32) (result i32)
      (block $caught (result i32)
        (try_table (catch $number $caught)
          (block $inner (result exnref)
            (try_table (catch_all_ref $inner) (call $throws (local.get 0)))
            (return (i32.const 0)))
          (throw_ref))
        (unreachable)))
    (func (export "catches_all") (result i32)
      (block $caught (try_table (catch_all $caught) (call $host)) (return (i32.const 1)))
      (i32.const 0))
    (func (export "lets_go") (call $throws (i32.const 5)))
    (func (export "_initialize"))"#;

fn throwing() -> Linked {
    let ask =
        |caller: &mut polyreactor_host::Caller<'_>| caller.call_dynamic("lets_go", &[]).map(drop);
    linked(&engine(), assemble(EXCEPTIONS), |linker| {
        linker.func("host", "call", ask).unwrap();
    })
}

#[test]
fn exceptions_are_thrown_and_caught() {
    let mut guest = throwing().instantiate(&InstanceConfig::new()).unwrap();
    for (export, value, is) in
        [("catches", 42, 42), ("catches", 0, -1), ("throws_again", 7, 7), ("throws_again", 0, 0)]
    {
        let results = guest.call_dynamic(export, &[Val::S32(value)]).unwrap().results;
        assert_eq!(results, [Val::S32(is)], "{export}({value})");
    }
}

#[test]
fn an_uncaught_exception_poisons_the_instance() {
    let mut guest = throwing().instantiate(&InstanceConfig::new()).unwrap();
    let error = guest.call_dynamic("lets_go", &[]).unwrap_err();
    assert!(matches!(&error, CallError::Trap(trap) if trap.kind == TrapKind::UncaughtException));
    let message = "the guest threw an exception that it did not catch";
    assert!(error.to_string().starts_with(message), "{error}");
    assert!(matches!(
        guest.call_dynamic("catches", &[Val::S32(1)]),
        Err(CallError::Poisoned { .. })
    ));
    let error = load(r#"(tag $e) (func (export "_initialize") (throw $e))"#);
    let error = error.unwrap().instantiate(&InstanceConfig::new()).unwrap_err();
    assert!(error.to_string().starts_with(&format!("`_initialize` failed: {message}")), "{error}");
}

/// An uncaught exception fails the re-entrant call, although guest code of the outer call would
/// catch it.
#[test]
fn an_exception_does_not_pass_through_a_host_function() {
    let mut guest = throwing().instantiate(&InstanceConfig::new()).unwrap();
    let error = guest.call_dynamic("catches_all", &[]).unwrap_err();
    let CallError::HostFunction { cause, .. } = &error else { panic!("{error}") };
    let inner: &CallError = cause.downcast_ref().unwrap();
    assert!(matches!(inner, CallError::Trap(trap) if trap.kind == TrapKind::UncaughtException));
}

/// A counter in a garbage-collected object. `litter` makes unreachable objects, `hoard` reachable
/// ones.
const COLLECTED: &str = r#"
    (type $box (struct (field (mut i32)) (field (mut (ref null $box)))))
    (global $kept (mut (ref null $box)) (ref.null $box))
    (func (export "_initialize")
      (global.set $kept (struct.new $box (i32.const 20) (ref.null $box))))
    (func (export "inc") (param i32) (result i32)
      (struct.set $box 0 (global.get $kept)
        (i32.add (struct.get $box 0 (global.get $kept)) (local.get 0)))
      (struct.get $box 0 (global.get $kept)))
    (func (export "litter") (param $count i32)
      (local $made (ref null $box))
      (loop $more
        (local.set $made (struct.new $box (local.get $count) (ref.null $box)))
        (struct.set $box 1 (local.get $made) (local.get $made))
        (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "hoard")
      (loop $more
        (global.set $kept (struct.new $box (i32.const 0) (global.get $kept)))
        (br $more)))"#;

#[test]
fn objects_are_collected_and_count_as_memory() {
    let pooled = Engine::new(&EngineConfig::new().pooling_allocator(3)).unwrap();
    for engine in [engine(), pooled] {
        let reactor = Reactor::from_bytes(&engine, assemble(COLLECTED)).unwrap();
        let config = InstanceConfig::new().max_memory_bytes(4 << 20).no_timeout();
        // As many instances as the pool has slots.
        let mut guests = [(); 3].map(|()| reactor.instantiate(&config).unwrap());
        for guest in &mut guests {
            assert_eq!(guest.call_dynamic("inc", &[Val::S32(1)]).unwrap().results, [Val::S32(21)]);
            // Each object refers to itself, and all of them together exceed the memory limit.
            guest.call_dynamic("litter", &[Val::S32(1 << 20)]).unwrap();
            assert_eq!(guest.call_dynamic("inc", &[Val::S32(21)]).unwrap().results, [Val::S32(42)]);
        }
        let error = guests[0].call_dynamic("hoard", &[]).unwrap_err();
        assert!(
            matches!(error, CallError::OutOfMemory { limit, .. } if limit == 4 << 20),
            "{error:?}"
        );
    }
}

/// A module with a legacy `try`. No assembler writes that any more, so the bytes of a `block` are
/// replaced.
fn with_legacy_exceptions() -> Vec<u8> {
    let mut module = assemble(&format!(r#"{INIT} (func (export "f") (block (nop) (nop)))"#));
    let block = [0x02, 0x40, 0x01, 0x01, 0x0b];
    let at = module.windows(block.len()).position(|bytes| bytes == block).unwrap();
    // `try`, `nop`, `catch_all`, `end`.
    module[at..at + block.len()].copy_from_slice(&[0x06, 0x40, 0x01, 0x19, 0x0b]);
    module
}

#[test]
fn an_unsupported_proposal_is_refused_with_a_remedy() {
    let refused = |bytes: Vec<u8>| {
        let error = Reactor::from_bytes(&engine(), bytes).unwrap_err();
        assert!(matches!(error, LoadError::Unsupported { .. }), "{error:?}");
        error.to_string()
    };
    let message = refused(with_legacy_exceptions());
    assert!(message.contains("\nhelp: ") && message.contains("--translate-to-exnref"), "{message}");
    for fields in [
        "(type $f (func)) (type $c (cont $f))",
        "(func (result i64 i64) (i64.mul_wide_s (i64.const 1) (i64.const 1)))",
        "(type $s (shared (struct (field i32))))",
    ] {
        let message = refused(assemble(&format!("{INIT} {fields}")));
        assert!(message.ends_with("and not this proposal: compile without it"), "{message}");
    }
}

/// Instructions and types of Wasm 3.0, and atomics, that compilers emit by default or by an option.
#[test]
fn wasm_3_and_atomics_run() {
    for fields in [
        "(func (result v128) (v128.const i32x4 0 0 0 0))",
        "(func (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_s (local.get 0)))",
        "(func $f (return_call $f))",
        "(func (param (ref extern)))",
        "(func $f) (elem declare func $f) (func (call_ref 0 (ref.func $f)))",
        "(func (result i32) (i32.atomic.load (i32.const 0)))",
        "(global i32 (i32.add (i32.const 1) (i32.const 2)))",
        "(table i64 1 funcref)",
    ] {
        instance(&format!("(type (func)) {INIT} {fields}"));
    }
}
