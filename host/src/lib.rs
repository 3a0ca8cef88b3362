//! Runs Wasm reactors written in Rust, Go or Zig, in live instances.
//!
//! An [`Engine`] compiles; a [`Reactor`] is a module that it has compiled, once; an [`Instance`] is
//! one live copy of it, whose state lasts from call to call:
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
//! | call with values of Rust's types: numbers, strings, lists, records | [`Instance::call`] |
//! | look a function up and check its type once, for the fastest calls | [`Instance::func`] |
//! | call with values whose types are known only at run time | [`Instance::call_dynamic`] |
//! | offer functions to guests | [`Linker::func`] |
//! | call the guest from such a function | the same methods of [`Caller`] |
//! | know why a call failed | [`CallError`], [`CallError::kind`] |
//!
//! # What the host guarantees, whichever language the module was written in
//!
//! - `_initialize` runs exactly once, before anything else (B001–B003): an [`Instance`] exists only
//!   after it has returned, and neither it nor `_start` can be called.
//! - A panic, a trap, an exit, with status 0 too, a timeout, a cancellation or a failed host
//!   function poisons an instance (B004–B007): every later call answers [`CallError::Poisoned`] with
//!   the first cause, and no guest goes on from an unknown state. The cause of a panic is what the
//!   guest wrote; other errors quote the last lines that it wrote ([`LastLines`]).
//! - A call ends: by itself, by its deadline, or by a [`Cancellation`], in a loop as well as in a
//!   sleep or in a read of an input that stays silent. A host function is not cut short. Memory is
//!   bounded (B013).
//! - A module that is no reactor is refused when it is loaded, with cause and remedy.
//! - A guest is given nothing that its [`InstanceConfig`] does not name, but for its own name.
//!
//! Everything here can be used inside an async task as well; see [`Instance`].
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
//! p1::add_to_linker_sync(&mut linker, |wasi| wasi)?;     // WASI is there
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
//! A wasmtime `Store` can be called again after a trap; an [`Instance`] is poisoned. Deadlines,
//! limits and cancellation are settings of the [`InstanceConfig`] instead of an epoch, a
//! `ResourceLimiter` and a thread of one's own.
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
//! A plugin here is a WASI reactor with exports of ordinary types: it needs no kernel of the host's
//! and no PDK's input and output calls, and runs in any other WASI host too.

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
