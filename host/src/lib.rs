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

pub use abi::host_value::{HostParam, HostResult};
pub use abi::pointer::Pointer;
pub use abi::values::{Answer, Argument, BadValue};
pub use call::caller::{Caller, OutOfBounds};
pub use call::func::{AsInstance, Func};
pub use call::invoke::Arguments;
pub use call::params::{Number, Params, Results};
pub use engine::{Engine, EngineBuilder, EngineConfig};
pub use error::last_lines::LastLines;
pub use error::trap::{Frame, Trap, TrapKind};
pub use error::{Error, Origin, Stack};
pub use instance::Instance;
pub use instance::config::{Access, InstanceConfig};
pub use instance::limits::Resource;
pub use interrupt::cancellation::Cancellation;
pub use link::host_function::{HostFunction, HostMethod, HostModule, Methods};
pub use link::imports::{Missing, MissingImport};
pub use load::checked::CheckedModule;
pub use load::reactor::Reactor;
pub use polyreactor_contract as contract;
pub use polyreactor_contract::{CoreType, FuncType, Returned, Val};
pub use polyreactor_convention as convention;
pub use polyreactor_guest_macros::HostLayoutOfHost as HostLayout;
pub use polyreactor_layout as layout;
pub use polyreactor_layout::HostLayout;
pub use wasi::stdin::Input;
pub use wasi::stdout::{Capture, Captured, Output};
