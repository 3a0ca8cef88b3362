//! Kinds of errors: their words, whether they are fatal, and the way to the error of the embedder.

use std::time::Duration;

use polyreactor_host::{
    CallError, Caller, Engine, EngineConfig, Error, InstanceConfig, Linker, Reactor, Val,
};

use crate::support::{Broken, assemble, engine, linked};

const GUEST: &str = r#"
    (import "host" "fail" (func $fail))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (global $calls (mut i32) (i32.const 0))
    (func (export "_initialize"))
    (func (export "one") (result i32) (i32.const 1))
    (func (export "trap") unreachable)
    (func (export "exit") (call $exit (i32.const 0)))
    (func (export "spin") (loop (br 0)))
    (func $recurse (export "recurse") (call $recurse) (call $recurse))
    (func (export "grow") (if (i32.lt_s (memory.grow (i32.const 1000)) (i32.const 0))
      (then unreachable)))
    (func (export "fail") (call $fail))"#;

fn instance() -> polyreactor_host::Instance {
    let define = |linker: &mut Linker| {
        linker.func("host", "fail", |_: &mut Caller<'_>| Err::<(), _>(Broken(7))).unwrap();
    };
    let config =
        InstanceConfig::new().timeout(Duration::from_millis(100)).max_memory_bytes(1 << 20);
    linked(&engine(), assemble(GUEST), define).instantiate(&config).unwrap()
}

#[test]
fn a_fatal_error_poisons_the_instance_and_any_other_does_not() {
    let cases: [(&str, &[Val], &str, bool); 8] = [
        ("trap", &[], "trap", true),
        ("exit", &[], "exit", true),
        ("spin", &[], "timeout", true),
        ("recurse", &[], "stack-overflow", true),
        ("grow", &[], "out-of-memory", true),
        ("fail", &[], "host-function", true),
        ("one", &[Val::S32(1)], "type-mismatch", false),
        ("none", &[], "no-such-export", false),
    ];
    for (export, arguments, word, is_fatal) in cases {
        let mut guest = instance();
        let error = guest.call_dynamic(export, arguments).unwrap_err();
        assert_eq!((error.kind().as_str(), error.is_fatal()), (word, is_fatal), "{error}");
        match guest.call::<i32>("one", ()) {
            Ok(one) => assert!(!is_fatal && one == 1, "{export}"),
            Err(poisoned) => {
                assert!(is_fatal && poisoned.is_fatal(), "{export}: {poisoned}");
                assert_eq!(poisoned.kind().as_str(), "poisoned");
                let CallError::Poisoned { first, .. } = &poisoned else { panic!("{poisoned}") };
                assert_eq!(first.kind(), error.kind());
            }
        }
    }
}

#[test]
fn kinds_of_loading_linking_and_instantiation_have_words() {
    let engine = engine();
    let load = |bytes: &[u8]| Reactor::from_bytes(&engine, bytes);
    assert_eq!(load(b"no module").unwrap_err().kind().as_str(), "malformed");
    assert_eq!(load(&assemble("")).unwrap_err().kind().as_str(), "not-a-reactor");
    let missing = Reactor::from_file(&engine, "no such file.wasm").unwrap_err();
    assert_eq!(missing.kind().as_str(), "unreadable");

    let unlinked = load(&assemble(GUEST)).unwrap();
    let error = Linker::new(&engine).link(&unlinked).unwrap_err();
    assert_eq!(error.kind().as_str(), "missing-import");

    let traps = load(&assemble(r#"(func (export "_initialize") unreachable)"#)).unwrap();
    let error = traps.instantiate(&InstanceConfig::new()).unwrap_err();
    assert_eq!(error.kind().as_str(), "trap", "the kind of the call of `_initialize`");
}

#[test]
fn anyhow_finds_the_embedders_error_in_the_chain() {
    let call = || -> anyhow::Result<()> { Ok(instance().call("fail", ())?) };
    let error = call().unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(CallError::HostFunction { .. })), "{error:?}");
    assert_eq!(error.root_cause().downcast_ref(), Some(&Broken(7)));
    assert_eq!(format!("{error:#}"), "the host function `host.fail` failed: broken by 7");

    let nested = || -> Result<(), Error> { Ok(instance().call("fail", ())?) };
    let error = anyhow::Error::new(nested().unwrap_err());
    assert_eq!(error.root_cause().downcast_ref(), Some(&Broken(7)));
    assert_eq!(format!("{error:#}"), "the host function `host.fail` failed: broken by 7");
}

#[test]
fn one_compiled_reactor_is_linked_against_two_sets_of_functions() {
    let engine = Engine::new(&EngineConfig::new()).unwrap();
    let reactor = Reactor::from_bytes(
        &engine,
        assemble(
            r#"(import "host" "value" (func $value (result i32))) (func (export "_initialize"))
               (func (export "value") (result i32) (call $value))"#,
        ),
    )
    .unwrap();
    let link = |value: i32| {
        let mut linker = Linker::new(&engine);
        linker.func("host", "value", move |_: &mut Caller<'_>| value).unwrap();
        linker.link(&reactor).unwrap()
    };
    let (one, two) = (link(1), link(2));
    let start = |linked: &polyreactor_host::Linked| linked.instantiate(&InstanceConfig::new());
    let (mut first, mut second) = (start(&one).unwrap(), start(&two).unwrap());
    assert_eq!(first.call::<i32>("value", ()).unwrap(), 1);
    assert_eq!(second.call::<i32>("value", ()).unwrap(), 2);
    assert_eq!(first.call::<i32>("value", ()).unwrap(), 1);
}
