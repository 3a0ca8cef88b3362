//! What an engine and an instance may take: each bound is run into.

use crate::support::{COUNTER, INIT, alone, assemble, load};
use polyreactor_host::{
    Engine, EngineConfig, Error, InstanceConfig, Reactor, Resource, TrapKind, Val,
};

#[test]
fn instances_are_counted() {
    for config in [EngineConfig::new().instances(2), EngineConfig::new().pool(2)] {
        let engine = Engine::builder_with(&config).unwrap().build();
        let reactor = Reactor::from_bytes(&engine, assemble(INIT)).unwrap();
        let one = reactor.instantiate(&InstanceConfig::new()).unwrap();
        let two = reactor.clone().instantiate(&InstanceConfig::new()).unwrap();
        let error = reactor.instantiate(&InstanceConfig::new()).unwrap_err();
        assert!(matches!(error, Error::TooManyInstances { limit: 2 }), "{error:?}");
        // Its place is free as soon as one is gone, and one that never came to be takes none.
        drop(one);
        let three = reactor.instantiate(&InstanceConfig::new()).unwrap();
        drop((two, three));
    }
}

/// Grows until it is refused, and traps or goes on.
const GREEDY: &str = r#"
    (table $table 1 funcref)
    (func (export "_initialize"))
    (func (export "table") (param $dies i32) (result i32)
      (loop $more
        (br_if $more (i32.ne (table.grow $table (ref.null func) (i32.const 100)) (i32.const -1))))
      (if (local.get $dies) (then unreachable))
      (table.size $table))
    (func (export "memory_") (param $dies i32) (result i32)
      (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
      (if (local.get $dies) (then unreachable))
      (memory.size))"#;

#[test]
fn a_table_and_a_memory_have_their_bounds() {
    let reactor = load(GREEDY).unwrap();
    let config = InstanceConfig::new().table(1050).memory(10 << 16);
    let cases =
        [("table", Resource::Table, 1050, 1001), ("memory_", Resource::Memory, 10 << 16, 10)];
    for (export, resource, limit, size) in cases {
        let mut guest = reactor.instantiate(&config).unwrap();
        // Who makes do with what there is has not failed.
        assert_eq!(guest.call(export, &[Val::S32(0)]).unwrap(), [Val::S32(size)]);
        let error = guest.call(export, &[Val::S32(1)]).unwrap_err();
        let Error::OutOfMemory { resource: of, limit: is, cause } = &error else {
            panic!("{error:?}")
        };
        assert_eq!((*of, *is), (resource, limit));
        assert!(matches!(&**cause, Error::Trap(trap) if trap.kind == TrapKind::Unreachable));
    }
}

#[test]
fn the_message_names_the_bound_that_was_run_into() {
    let message = |fields: &str, config: InstanceConfig, export| {
        let module = wat::parse_str(format!("(module {fields})")).unwrap();
        let reactor = Reactor::from_bytes(&Engine::new().unwrap(), module).unwrap();
        let mut guest = reactor.instantiate(&config).unwrap();
        guest.call(export, &[Val::S32(1)]).unwrap_err().to_string()
    };
    let one = format!(r#"{GREEDY} (memory (export "memory") 1)"#);
    let said = message(&one, InstanceConfig::new().table(7), "table");
    assert!(said.starts_with("the guest wanted a table of more than its 7 elements: "), "{said}");
    let said = message(&one, InstanceConfig::new().memory(3 << 20), "memory_");
    assert!(said.starts_with("the guest wanted more memory than its 3 MiB: "), "{said}");
    // The module itself says less than the embedder.
    let two = format!(r#"{GREEDY} (memory (export "memory") 1 2)"#);
    let said = message(&two, InstanceConfig::new(), "memory_");
    assert!(said.starts_with("the guest wanted more memory than its 128 KiB: "), "{said}");
}

#[test]
fn a_module_that_begins_with_too_much_has_no_instance() {
    let module = format!(r#"(module (memory (export "memory") 65536) {INIT})"#);
    let engine = Engine::new().unwrap();
    let reactor = Reactor::from_bytes(&engine, wat::parse_str(module).unwrap()).unwrap();
    let error = reactor.instantiate(&InstanceConfig::new()).unwrap_err();
    assert!(error.to_string().contains("memory"), "{error}");
}

#[test]
fn ten_thousand_are_there_at_once() {
    // Their memories take a third of the addresses that a process has, and a third of the mappings
    // that Linux gives it.
    alone("limits::ten_thousand_are_there_at_once", || {
        let reactor = load(COUNTER).unwrap();
        let made: Result<Vec<_>, _> =
            (0..10_000).map(|_| reactor.instantiate(&InstanceConfig::new())).collect();
        for instance in &mut made.unwrap() {
            assert_eq!(instance.call("inc", &[Val::S32(1)]).unwrap(), [Val::S32(21)]);
        }
    });
}

/// A place is free when its memory is: whoever is let in finds room.
#[test]
fn a_pool_has_room_for_whoever_is_let_in() {
    let engine = Engine::builder_with(&EngineConfig::new().pool(2)).unwrap().build();
    let reactor = Reactor::from_bytes(&engine, assemble(COUNTER)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    match reactor.instantiate(&InstanceConfig::new()) {
                        Ok(instance) => drop(instance),
                        Err(Error::TooManyInstances { limit: 2 }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            });
        }
    });
}
