//! Loading: a file that is no module, no reactor, or not for this host is refused with the reason.

use std::path::Path;

use crate::support::{COUNTER, INIT, assemble, engine, load, start};
use polyreactor_host::{InstanceConfig, InstantiateError, LinkError, LoadError, Reactor};

fn refused(bytes: &[u8]) -> LoadError {
    Reactor::from_bytes(&engine(), bytes).unwrap_err()
}

#[track_caller]
fn broken_rules(error: &LoadError) -> Vec<String> {
    let LoadError::NotAReactor { diagnostics, .. } = error else { panic!("{error}") };
    diagnostics.iter().map(|diagnostic| diagnostic.rule.to_string()).collect()
}

#[test]
fn a_file_is_loaded_and_its_name_is_in_every_error() {
    let folder = std::env::temp_dir().join(format!("polyreactor-load-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let engine = engine();
    let load = |path: &Path| Reactor::from_file(&engine, path);

    let good = folder.join("counter.wasm");
    std::fs::write(&good, assemble(COUNTER)).unwrap();
    load(&good).unwrap().instantiate(&InstanceConfig::new()).unwrap();

    let half = folder.join("half.wasm");
    let whole = assemble(COUNTER);
    std::fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    let missing = folder.join("missing.wasm");
    for (path, what) in [(&half, "half.wasm"), (&missing, "missing.wasm"), (&folder, "load-")] {
        let error = load(path).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
    assert!(matches!(load(&missing), Err(LoadError::Unreadable { .. })));
    assert!(matches!(load(&folder), Err(LoadError::Unreadable { .. })));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_module_whose_exports_still_have_symbols_is_refused_with_the_remedy() {
    let error = refused(&assemble(
        r#"(func (export "_initialize")) (func (export "polyreactor-export:exp"))"#,
    ));
    assert_eq!(broken_rules(&error), ["R013"]);
    let message = error.to_string();
    for part in ["`polyreactor-export:exp`", "its own name is `exp`", "`patch` gives exports"] {
        assert!(message.contains(part), "no `{part}` in {message}");
    }
}

#[test]
fn the_error_describes_a_file_that_is_no_module() {
    let component = b"\0asm\x0d\0\x01\0";
    let says = |bytes: &[u8]| {
        let error = refused(bytes);
        assert!(matches!(error, LoadError::Malformed { .. }), "{error:?}");
        error.to_string()
    };
    assert!(says(b"").contains("empty"));
    assert!(says(b"(module)").contains("text format"));
    assert!(says(b"#!/bin/sh\n").contains("no WebAssembly"));
    assert!(says(component).contains("component"));
    let whole = assemble(COUNTER);
    for length in 1..whole.len() {
        // A module that is cut between two sections may be valid: only a panic is a failure here.
        if let Err(error) = Reactor::from_bytes(&engine(), &whole[..length]) {
            assert!(
                matches!(error, LoadError::Malformed { .. } | LoadError::NotAReactor { .. }),
                "{error}"
            );
        }
    }
}

#[test]
fn a_module_that_is_no_reactor_is_refused_by_rule() {
    assert_eq!(broken_rules(&load("").unwrap_err()), ["R001"]);
    let command = load(r#"(func (export "_start"))"#).unwrap_err();
    assert_eq!(broken_rules(&command), ["R002"]);
    let wrapped = load(
        r#"(func $__wasm_call_ctors)
        (func $__wasm_call_dtors)
        (func $one (result i32) (i32.const 1))
        (func $one.command_export (export "one") (result i32)
          (call $__wasm_call_ctors) (call $one) (call $__wasm_call_dtors))"#,
    );
    let wrapped = wrapped.unwrap_err();
    assert!(broken_rules(&wrapped).contains(&"R003".to_owned()), "{wrapped}");
    let bytes = wat::parse_str(format!("(module {INIT})")).unwrap();
    assert_eq!(broken_rules(&refused(&bytes)), ["R004"]);
    assert!(command.to_string().starts_with("the module is no reactor\nerror[R002]"), "{command}");
    assert!(command.to_string().contains("help: "), "{command}");
}

#[test]
fn every_missing_import_is_named_at_once() {
    let error = start(&format!(
        r#"(import "env" "log" (func (param i32 i32)))
        (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func (param i32)))
        (import "wasi_snapshot_preview1" "fd_wriet" (func (result i32)))
        (import "env" "\1b[31m" (global i64))
        {INIT}"#
    ));
    let error = error.unwrap_err();
    let InstantiateError::Link(LinkError::MissingImports { imports, .. }) = &error else {
        panic!("{error}")
    };
    assert_eq!(imports.len(), 4);
    assert_eq!(
        error.to_string(),
        "the module has imports that this host does not have\n  \
           env.log: func (i32, i32) -> ()\n  \
           wasi_snapshot_preview1.fd_write: func (i32) -> () \
         (the host has func (i32, i32, i32, i32) -> i32)\n  \
           wasi_snapshot_preview1.fd_wriet: func () -> i32\n  \
           env.\"\\u{1b}[31m\": global i64\n\
         help: build it for WASI preview 1 (wasip1), without other imports; an application can \
         define functions (`Linker::func`), of one type for a name, and nothing else"
    );
}

#[test]
fn a_module_that_the_engine_cannot_compile_is_an_error() {
    let bytes = wat::parse_str(format!(
        r#"(module {INIT} (memory (export "memory") 1)
        (type $f (func)) (type $c (cont $f)) (elem declare func $init) (func $init)
        (func (export "f") (drop (cont.new $c (ref.func $init)))))"#
    ));
    let error = refused(&bytes.unwrap());
    assert!(matches!(error, LoadError::Unsupported { .. }), "{error:?}");
}
