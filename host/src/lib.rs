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
//! - A trap or an exit, with status 0 too, ends an instance (B005, B006): every later call
//!   answers [`Error::Dead`] with the first cause, none goes on from a broken state.
//! - A module that is no reactor is refused when it is loaded, with cause and remedy.
//! - A guest is given nothing that its [`InstanceConfig`] does not name.
//!
//! Everything here can be used inside an async task as well; see [`Instance`].

mod config;
mod engine;
mod error;
mod exports;
mod func;
mod imports;
mod instance;
mod params;
mod reactor;
mod signature;
mod trap;
mod value;
mod waits;
mod wasi;

pub use config::{InstanceConfig, Stdio};
pub use engine::Engine;
pub use error::{Error, Origin};
pub use func::Func;
pub use imports::MissingImport;
pub use instance::Instance;
pub use params::{Number, Params, Results};
pub use polyreactor_convention as convention;
pub use reactor::Reactor;
pub use signature::{Signature, Type};
pub use trap::{Frame, Trap, TrapKind};
pub use value::Value;
