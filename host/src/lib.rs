//! Runs Wasm reactors: a module that was built in Rust, Go or Zig in, live instances out.
//!
//! An [`Engine`] compiles; a [`Reactor`] is a module that it has compiled, once; an
//! [`Instance`] is one live copy of it, with a state of its own that lasts from call to call:
//!
//! ```
//! use polyreactor_host::{Engine, InstanceConfig, Reactor};
//!
//! let engine = Engine::new()?;
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
//! let inc = counter.func::<i32, i32>("inc")?;
//! assert_eq!(inc.call(&mut counter, 1)?, 21);
//! assert_eq!(inc.call(&mut counter, 21)?, 42);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What the host guarantees, whichever language the module was written in:
//!
//! - `_initialize` runs exactly once, before anything else (B001–B003): an [`Instance`]
//!   exists only after it has succeeded, and neither it nor `_start` can be called.
//! - A panic, a trap, an exit, with status 0 too, a timeout, a cancellation or a failed host
//!   function ends an instance (B004–B007): every later call answers [`Error::Dead`] with the
//!   first cause, none goes on from a broken state. The cause of a panic is what the guest said;
//!   other errors quote the last lines that it wrote ([`LastLines`]).
//! - A call ends: by itself, by its deadline, or by a [`Cancellation`], in a loop as well as in
//!   a sleep or a read of an input that stays silent. Memory is bounded (B013).
//! - A module that is no reactor is refused when it is loaded, with cause and remedy.
//! - A guest is given nothing that its [`InstanceConfig`] does not name, but for its own name.
//!
//! Everything here can be used inside an async task as well; see [`Instance`].

mod caller;
mod calls;
mod cancellation;
mod chance;
mod checked;
mod clock;
mod config;
mod datum;
mod declared;
mod engine;
mod error;
mod exports;
mod fork;
mod func;
mod host_function;
mod host_value;
mod imports;
mod input;
mod instance;
mod invoke;
mod last_lines;
mod life;
mod limits;
mod output;
mod panics;
mod params;
mod passing;
mod pipe;
mod pointer;
mod poll;
mod reactor;
mod session;
mod shape;
mod signature;
mod stack;
mod state;
mod streams;
mod ticker;
mod transcript;
mod trap;
mod value;
mod waiters;
mod wasi;
mod watch;

pub use caller::{Caller, OutOfBounds};
pub use cancellation::Cancellation;
pub use checked::CheckedModule;
pub use config::{Access, InstanceConfig};
pub use datum::Datum;
pub use declared::Answered;
pub use engine::{Engine, EngineBuilder, EngineConfig};
pub use error::{Error, Origin, Stack};
pub use func::{AsInstance, Func};
pub use host_function::{HostFunction, HostMethod, HostModule, Methods};
pub use host_value::{HostParam, HostResult};
pub use imports::{Missing, MissingImport};
pub use input::Input;
pub use instance::Instance;
pub use invoke::Arguments;
pub use last_lines::LastLines;
pub use limits::Resource;
pub use output::{Capture, Captured, Output};
pub use params::{Number, Params, Results};
pub use passing::{Answer, Argument, BadValue};
pub use pointer::Pointer;
pub use polyreactor_convention as convention;
pub use reactor::Reactor;
pub use signature::{Signature, Type};
pub use trap::{Frame, Trap, TrapKind};
pub use value::Value;
