//! Limits of engines and instances: each test reaches one of them.

use crate::support::{COUNTER, INIT, alone, assemble, engine, load};
use polyreactor_host::{
    CallError, Engine, EngineConfig, InstanceConfig, InstantiateError, Reactor, Resource, TrapKind,
    Val,
};

#[test]
fn instances_are_limited() {
    for config in [EngineConfig::new().max_instances(2), EngineConfig::new().pooling_allocator(2)] {
        let engine = Engine::new(&config).unwrap();
        let reactor = Reactor::from_bytes(&engine, assemble(INIT)).unwrap();
        let one = reactor.instantiate(&InstanceConfig::new()).unwrap();
        let two = reactor.clone().instantiate(&InstanceConfig::new()).unwrap();
        let error = reactor.instantiate(&InstanceConfig::new()).unwrap_err();
        assert!(matches!(error, InstantiateError::TooManyInstances { limit: 2 }), "{error:?}");
        // A dropped instance frees its slot, and a refused one takes none.
        drop(one);
        let three = reactor.instantiate(&InstanceConfig::new()).unwrap();
        drop((two, three));
    }
}

/// Exports that grow the table or the memory until a growth is refused; then they trap, or return
/// the size.
const GREEDY: &str = r#"
    (table $table 1 funcref)
    (func (export "_initialize"))
    (func (export "table") (param $traps i32) (result i32)
      (loop $more
        (br_if $more (i32.ne (table.grow $table (ref.null func) (i32.const 100)) (i32.const -1))))
      (if (local.get $traps) (then unreachable))
      (table.size $table))
    (func (export "memory_") (param $traps i32) (result i32)
      (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
      (if (local.get $traps) (then unreachable))
      (memory.size))"#;

#[test]
fn tables_and_memories_are_limited() {
    let reactor = load(GREEDY).unwrap();
    let config = InstanceConfig::new().max_table_elements(1050).max_memory_bytes(10 << 16);
    let cases =
        [("table", Resource::Table, 1050, 1001), ("memory_", Resource::Memory, 10 << 16, 10)];
    for (export, resource, limit, size) in cases {
        let mut guest = reactor.instantiate(&config).unwrap();
        // A guest that copes with the refusal has not failed.
        assert_eq!(guest.call_dynamic(export, &[Val::S32(0)]).unwrap().results, [Val::S32(size)]);
        let error = guest.call_dynamic(export, &[Val::S32(1)]).unwrap_err();
        let CallError::OutOfMemory { resource: of, limit: is, cause } = &error else {
            panic!("{error:?}")
        };
        assert_eq!((*of, *is), (resource, limit));
        assert!(matches!(&**cause, CallError::Trap(trap) if trap.kind == TrapKind::Unreachable));
    }
}

#[test]
fn the_message_names_the_limit_that_was_reached() {
    let message = |fields: &str, config: InstanceConfig, export| {
        let module = wat::parse_str(format!("(module {fields})")).unwrap();
        let reactor = Reactor::from_bytes(&engine(), module).unwrap();
        let mut guest = reactor.instantiate(&config).unwrap();
        guest.call_dynamic(export, &[Val::S32(1)]).unwrap_err().to_string()
    };
    let one = format!(r#"{GREEDY} (memory (export "memory") 1)"#);
    let said = message(&one, InstanceConfig::new().max_table_elements(7), "table");
    assert!(
        said.starts_with(
            "the guest asked for a larger table than the 7 elements that it may have: "
        ),
        "{said}"
    );
    let said = message(&one, InstanceConfig::new().max_memory_bytes(3 << 20), "memory_");
    assert!(
        said.starts_with("the guest asked for more memory than the 3 MiB that it may have: "),
        "{said}"
    );
    // The maximum that the module declares is below the embedder's limit.
    let two = format!(r#"{GREEDY} (memory (export "memory") 1 2)"#);
    let said = message(&two, InstanceConfig::new(), "memory_");
    assert!(
        said.starts_with("the guest asked for more memory than the 128 KiB that it may have: "),
        "{said}"
    );
}

#[test]
fn a_module_with_too_large_an_initial_memory_is_not_instantiated() {
    let module = format!(r#"(module (memory (export "memory") 65536) {INIT})"#);
    let engine = engine();
    let reactor = Reactor::from_bytes(&engine, wat::parse_str(module).unwrap()).unwrap();
    let error = reactor.instantiate(&InstanceConfig::new()).unwrap_err();
    assert!(matches!(error, InstantiateError::OutOfMemory { .. }), "{error:?}");
    let message = "the module starts with more memory than the 256 MiB that it may have";
    assert_eq!(error.to_string(), message);
}

#[test]
fn ten_thousand_instances_live_at_once() {
    // Their memories take a third of the address space of a process, and a third of the mappings
    // that Linux allows it.
    alone("limits::ten_thousand_instances_live_at_once", || {
        let reactor = load(COUNTER).unwrap();
        let made: Result<Vec<_>, _> =
            (0..10_000).map(|_| reactor.instantiate(&InstanceConfig::new())).collect();
        for instance in &mut made.unwrap() {
            assert_eq!(
                instance.call_dynamic("inc", &[Val::S32(1)]).unwrap().results,
                [Val::S32(21)]
            );
        }
    });
}

/// The slot of an instance is freed after its memory: an instance that gets a slot gets memory.
#[test]
fn a_pool_has_memory_for_each_instance_with_a_slot() {
    let engine = Engine::new(&EngineConfig::new().pooling_allocator(2)).unwrap();
    let reactor = Reactor::from_bytes(&engine, assemble(COUNTER)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    match reactor.instantiate(&InstanceConfig::new()) {
                        Ok(instance) => drop(instance),
                        Err(InstantiateError::TooManyInstances { limit: 2 }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            });
        }
    });
}
