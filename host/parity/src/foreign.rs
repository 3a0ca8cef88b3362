//! Calls of a plugin in foreign hosts: Node, wasmtime for Python, and wazero.
//!
//! A [`ForeignHost`] runs an adapter, a program in the host's own language, as a child process. A
//! [`Session`] is one such process with one plugin. It makes sequences of calls, each on a new
//! instance, and says of every call how it ended, in the words of our own host.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use polyreactor_parity::foreign::{ForeignCall, ForeignHost, ForeignType, ForeignValue};
//!
//! let host = ForeignHost::find("node")?;
//! let mut session = host.start(Path::new("counter.wasm"))?;
//! let inc = ForeignCall::new("inc", vec![ForeignValue::I32(1)], Some(ForeignType::I32));
//! for outcome in session.run(&[inc])? {
//!     println!("{}: {:?}", outcome.name, outcome.end);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is the same as in our host
//!
//! - The guest gets one argument, its name; no variables, no directories, no input.
//! - The clocks begin at the year 2000 and advance by 1 µs a read; a sleep takes no time.
//!   `random_get` returns the numbers of our host's deterministic mode for the same seed.
//! - The limit of the memory is 256 MiB by default.
//! - An import that the host lacks can be linked, and a call of it fails.
//!
//! # What is not
//!
//! - Each engine has its own limit of the call stack. wazero's is far larger than our host's.
//! - V8 has one message for two traps ([`ForeignEnd::Trap`]).
//! - Only wazero tells the adapter of a refused growth. In Node and wasmtime for Python a failed call is
//!   out of memory where the runtime of Rust or Go says so, or where the memory was nearly full
//!   ([`ForeignEnd::OutOfMemory`]).
//! - A recursion with frames of many KiB overflows the stack in linear memory before the backtrace
//!   is full. Node and wazero do not tell the address of the fault, which would show the overflow:
//!   it is a trap, `memory-out-of-bounds`.
//! - wazero counts differently where a guest sleeps until a point in time, or waits for input.

mod adapter;
mod call;
mod ended;
mod error;
mod find;
mod material;
mod outcome;
mod panics;
mod session;
mod shim;
mod traps;
mod wire;

pub use call::{ForeignCall, ForeignType, ForeignValue};
pub use error::ForeignError;
pub use find::{ForeignHost, NotFound};
pub use outcome::{ForeignEnd, ForeignOutcome, TrapKind};
pub use session::{Session, Settings};
