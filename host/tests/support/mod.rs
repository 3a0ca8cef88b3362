//! What the tests share: modules as text in, reactors and instances out.

#![allow(dead_code, reason = "each test file uses its part")]

use polyreactor_host::{Engine, Error, Instance, InstanceConfig, Reactor};

/// Loads a module that has the given fields besides a memory.
pub(crate) fn load(fields: &str) -> Result<Reactor, Error> {
    Reactor::from_bytes(&Engine::new().unwrap(), assemble(fields))
}

/// An instance of a module that has the given fields besides a memory.
pub(crate) fn instance(fields: &str) -> Instance {
    start(fields).unwrap()
}

/// As [`instance`], where it may come to nothing.
pub(crate) fn start(fields: &str) -> Result<Instance, Error> {
    load(fields).unwrap().instantiate(&InstanceConfig::new())
}

/// A module of the given fields and a memory; imports have to stand before it, so these do.
pub(crate) fn assemble(fields: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {fields} (memory (export \"memory\") 1))")).unwrap()
}

/// `_initialize` where there is nothing to do.
pub(crate) const INIT: &str = r#"(func (export "_initialize"))"#;

/// What ends the guest.
pub(crate) const PROC_EXIT: &str =
    r#"(import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))"#;

/// A counter that starts at 20: what the convention's examples count with.
pub(crate) const COUNTER: &str = r#"
    (global $s (mut i32) (i32.const 0))
    (func (export "_initialize")
      (global.set $s (i32.add (global.get $s) (i32.const 20))))
    (func (export "inc") (param i32) (result i32)
      (global.set $s (i32.add (global.get $s) (local.get 0)))
      (global.get $s))"#;
