//! Runs WASI reactors (Wasm plugins) written in Rust, Go or Zig: a module is compiled once,
//! initialised once, and called again and again.
//!
//! The *embedder* is the application that uses this crate. The *guest* is the plugin's code in an
//! instance. Values are *lowered* into the guest and *lifted* out of it.
//!
//! An [`Engine`] compiles modules. A [`Reactor`] is a compiled module. An [`Instance`] is one live
//! copy of a reactor, whose state lasts from call to call:
//!
//! ```
//! use polyreactor_host::{Engine, EngineConfig, InstanceConfig, Reactor};
//!
//! let engine = Engine::new(&EngineConfig::new())?;
//! # let bytes = wat::parse_str(r#"
//! #     (module
//! #       (memory (export "memory") 1)
//! #       (global $s (mut i32) (i32.const 0))
//! #       (func (export "_initialize") (global.set $s (i32.const 20)))
//! #       (func (export "inc") (param i32) (result i32)
//! #         (global.set $s (i32.add (global.get $s) (local.get 0)))
//! #         (global.get $s)))"#)?;
//! let reactor = Reactor::from_bytes(&engine, &bytes)?; // or from_file
//! let mut counter = reactor.instantiate(&InstanceConfig::new())?;
//!
//! let count: i32 = counter.call("inc", (1,))?;
//! assert_eq!(count, 21);
//! assert_eq!(counter.call::<i32>("inc", (21,))?, 42);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | call an export with Rust values: numbers, strings, lists, records | [`Instance::call`] |
//! | look up an export and check its type once, for the fastest calls | [`Instance::func`] |
//! | call an export with values of types known only at run time | [`Instance::call_dynamic`] |
//! | define functions that guests import | [`Linker::func`] |
//! | call the guest from a host function | the same methods of [`Caller`] |
//! | find out why a call failed | [`CallError`], [`CallError::kind`] |
//!
//! # What the host guarantees, whichever language the module was written in
//!
//! The codes are those of the rules in the repository's `CONVENTION.md`.
//!
//! - `_initialize` runs exactly once, before any other export (B001–B003): an [`Instance`] exists
//!   only after `_initialize` has returned, and an embedder can call neither `_initialize` nor
//!   `_start`.
//! - A panic, a trap, an exit (with status 0 too), a timeout, a cancellation, or a host function
//!   that returns an error or panics poisons the instance (B004–B007): every later call returns
//!   [`CallError::Poisoned`] with the first cause, so that no guest code runs on an unknown state.
//!   The error of a panic holds the message that the guest wrote; the error of a trap or an exit
//!   quotes the last lines that the guest wrote ([`LastLines`]).
//! - A call ends when the guest returns, at the call's deadline (default: after 5 s), or by a
//!   [`Cancellation`]: in a loop as well as in a sleep or in a read of a silent standard input. A
//!   running host function is not interrupted: the call ends when the host function returns.
//! - A guest's memory is bounded (default: 256 MiB; B013).
//! - A module that is no reactor is refused when it is loaded, with the cause and the remedy.
//! - A guest gets only the arguments, environment variables, directories and streams that its
//!   [`InstanceConfig`] names (B011); if that names no argument, the only one is the plugin's name.
//!   Clocks and randomness are the machine's, unless the configuration is
//!   [deterministic](InstanceConfig::deterministic).
//!
//! A call blocks its thread; it may be made inside an async task (see [`Instance`]).
//!
//! # Coming from wasmtime
//!
//! The same plugin, by hand on wasmtime and here:
//!
//! ```text
//! // wasmtime                                            // polyreactor-host
//! let engine = Engine::default();                        let engine = Engine::new(&EngineConfig::new())?;
//! let module = Module::from_file(&engine, "plug.wasm")?; let reactor = Reactor::from_file(&engine, "plug.wasm")?;
//! let mut linker = Linker::new(&engine);                 let mut linker = Linker::new(&engine);
//! p1::add_to_linker_sync(&mut linker, |wasi| wasi)?;     // a new linker has WASI
//! linker.func_wrap("host", "log", |n: i32| …)?;          linker.func("host", "log", |_: &mut Caller<'_>, line: String| …)?;
//! let wasi = WasiCtxBuilder::new().build_p1();           let config = InstanceConfig::new();
//! let mut store = Store::new(&engine, wasi);             // an instance has its own store
//! let plug = linker.instantiate(&mut store, &module)?;   let mut plug = linker.link(&reactor)?.instantiate(&config)?;
//! let init = plug.get_typed_func::<(), ()>(              // `_initialize` has run
//!     &mut store, "_initialize")?;
//! init.call(&mut store, ())?;
//! let inc = plug.get_typed_func::<i32, i32>(             let inc = plug.func::<i32, i32>("inc")?;
//!     &mut store, "inc")?;
//! let n = inc.call(&mut store, 1)?;                      let n = inc.call(&mut plug, 1)?;
//! // a string: call the guest's allocator, write to      let text: String = plug.call("greet", ("bob",))?;
//! // memory, pack and unpack addresses, free it
//! ```
//!
//! After a trap, wasmtime allows further calls into the same `Store`; an [`Instance`] is poisoned
//! and refuses them. Deadlines, limits and cancellation are settings of the [`InstanceConfig`];
//! with wasmtime the embedder needs an epoch, a `ResourceLimiter` and a thread for them.
//!
//! # Coming from Extism
//!
//! ```text
//! // extism                                              // polyreactor-host
//! let wasm = Wasm::file("plug.wasm");                    let engine = Engine::new(&EngineConfig::new())?;
//! let manifest = Manifest::new([wasm])                   let reactor = Reactor::from_file(&engine, "plug.wasm")?;
//!     .with_timeout(Duration::from_secs(1));             let config = InstanceConfig::new().timeout(Duration::from_secs(1));
//! let mut plug = Plugin::new(&manifest, [], true)?;      let mut plug = reactor.instantiate(&config)?;
//! let text: String = plug.call("greet", "bob")?;         let text: String = plug.call("greet", ("bob",))?;
//! // numbers and records: encoded in the one input       let sum: i32 = plug.call("add", (2, 3))?;
//! plug.call::<_, ()>("scale", Msgpack(point))?;          plug.call::<()>("scale", (&mut point, 2.0))?;
//! host_fn!(log(line: String) { … });                     linker.func("host", "log", |_: &mut Caller<'_>, line: String| …)?;
//! ```
//!
//! A plugin here is a WASI reactor whose exports have ordinary parameters and results: the plugin
//! needs neither Extism's kernel in the host nor a PDK's input and output calls, and runs in any
//! other WASI preview 1 host too.

mod abi;
mod call;
mod engine;
mod error;
mod instance;
mod interrupt;
mod link;
mod load;
mod os;
mod wasi;

pub use abi::{Lift, Lower, Params, Pointer};
pub use call::{Caller, Func};
pub use engine::{Engine, EngineConfig};
pub use error::{
    BadValue, CallError, Error, ErrorKind, Frame, InstantiateError, LastLines, LinkError,
    LoadError, MissingImport, OutOfBounds, Resource, Stack, Trap, TrapKind,
};
pub use instance::{AsInstance, Instance, InstanceConfig};
pub use interrupt::cancellation::Cancellation;
pub use link::{HostFunction, Linked, Linker, Missing};
pub use load::{CheckedModule, Reactor};
pub use polyreactor_contract as contract;
pub use polyreactor_contract::{Outcome, Val};
pub use polyreactor_convention as convention;
pub use polyreactor_guest_macros::HostLayoutOfHost as HostLayout;
pub use polyreactor_layout as layout;
pub use polyreactor_layout::HostLayout;
pub use wasi::{Access, Capture, Captured, Input, Output};

/// The scanner for messages of panics, for the crates of this project that run guests in other
/// hosts. No part of the API.
#[doc(hidden)]
pub mod panics {
    pub use crate::wasi::{Language, PanicScanner, Panicked};
}
