//! Processes with little address space (`ulimit -v`): small reservations fit, and where one does
//! not, the error names the address space.

use std::env;
use std::process::Command;

use crate::support::{COUNTER, assemble, engine, is_alone, passes_alone};
use polyreactor_host::{CallError, Engine, EngineConfig, InstanceConfig, Reactor, Val};

/// Runs a test of this file again, in a process that may have `kib` KiB of address space.
fn run_limited(test: &str, kib: u64) {
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -v {kib} && exec \"$0\" \"$@\"")]);
    limited.arg(env::current_exe().unwrap());
    passes_alone(limited, test);
}

/// `grow` adds so many MiB to the memory, touches every page up to that address, and returns their
/// number. `wild` loads from an address out of bounds.
const GROWS: &str = r#"
    (func (export "_initialize"))
    (func (export "grow") (param $mib i32) (result i32)
      (local $at i32) (local $sum i32)
      (if (i32.lt_s (memory.grow (i32.mul (local.get $mib) (i32.const 16))) (i32.const 0))
        (then unreachable))
      (loop $more
        (i32.store (local.get $at) (i32.const 1))
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 65536)))
        (br_if $more (i32.lt_u (local.get $at) (i32.mul (local.get $mib) (i32.const 1048576)))))
      (local.get $sum))
    (func (export "wild") (result i32) (i32.load (i32.const 0x7fffffff)))"#;

#[test]
fn instances_run_in_less_than_they_would_reserve() {
    if !is_alone() {
        run_limited("address_space::instances_run_in_less_than_they_would_reserve", 4_000_000);
        return;
    }
    let engine = engine();
    let reactor = Reactor::from_bytes(&engine, assemble(COUNTER)).unwrap();
    let made = (0..10).map(|_| reactor.instantiate(&InstanceConfig::new()).unwrap());
    for mut instance in made.collect::<Vec<_>>() {
        assert_eq!(instance.call_dynamic("inc", &[Val::S32(1)]).unwrap().results, [Val::S32(21)]);
    }
    // One memory grows beyond its reservation; one load is out of bounds.
    let reactor = Reactor::from_bytes(&engine, assemble(GROWS)).unwrap();
    let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let sum = instance.call_dynamic("grow", &[Val::S32(200)]).unwrap().results;
    assert_eq!(sum, [Val::S32(200 * 16)]);
    let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let error = instance.call_dynamic("wild", &[]).unwrap_err();
    assert!(matches!(error, CallError::Trap(_)), "{error:?}");
}

#[test]
fn an_error_for_lack_of_address_space_says_so() {
    if !is_alone() {
        run_limited("address_space::an_error_for_lack_of_address_space_says_so", 4_000_000);
        return;
    }
    let names_address_space = |error: &dyn std::error::Error| {
        let message = error.to_string();
        assert!(message.contains("address space") && message.contains("ulimit -v"), "{message}");
        assert!(message.contains("EngineConfig::memory_reservation"), "{message}");
    };
    names_address_space(&Engine::new(&EngineConfig::new().pooling_allocator(10)).unwrap_err());
    let config = EngineConfig::new().memory_reservation_bytes(4 << 30);
    let engine = Engine::new(&config).unwrap();
    let reactor = Reactor::from_bytes(&engine, assemble(COUNTER)).unwrap();
    names_address_space(&reactor.instantiate(&InstanceConfig::new()).unwrap_err());
    // A pool of small memories fits.
    let config = EngineConfig::new().pooling_allocator(10).memory_reservation_bytes(16 << 20);
    let engine = Engine::new(&config).unwrap();
    let reactor = Reactor::from_bytes(&engine, assemble(GROWS)).unwrap();
    let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
    assert_eq!(instance.call_dynamic("grow", &[Val::S32(8)]).unwrap().results, [Val::S32(8 * 16)]);
    let error = instance.call_dynamic("grow", &[Val::S32(16)]).unwrap_err();
    // The limit is the size that the memory had, not the larger one that the instance may have.
    let had = (8 << 20) + (64 << 10);
    assert!(matches!(error, CallError::OutOfMemory { limit, .. } if limit == had), "{error:?}");
}

/// A smaller reservation makes calls slower, but does not change what they return.
#[test]
fn a_smaller_reservation_changes_no_result() {
    for bytes in [0, 1 << 16, 64 << 20, 4 << 30] {
        let config = EngineConfig::new().memory_reservation_bytes(bytes);
        let engine = Engine::new(&config).unwrap();
        let reactor = Reactor::from_bytes(&engine, assemble(GROWS)).unwrap();
        let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
        assert_eq!(
            instance.call_dynamic("grow", &[Val::S32(100)]).unwrap().results,
            [Val::S32(1600)]
        );
        assert!(matches!(instance.call_dynamic("wild", &[]), Err(CallError::Trap(_))), "{bytes}");
    }
}
