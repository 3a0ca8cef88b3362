//! What a Rust plugin is written against.
//!
//! A plugin is a library crate of type `cdylib` (and `rlib`, so that its logic can be
//! tested natively). [`#[export]`](macro@export) makes a function callable by the host,
//! [`#[init]`](macro@init) marks the one that sets the plugin up:
//!
//! ```
//! use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
//! use polyreactor_guest::{export, init};
//!
//! static S: AtomicI32 = AtomicI32::new(0);
//!
//! #[init]
//! fn set_up() {
//!     S.store(20, Relaxed);
//! }
//!
//! #[export]
//! fn inc(by: i32) -> i32 {
//!     S.fetch_add(by, Relaxed) + by
//! }
//! ```
//!
//! Strings, records and pointers cross as well, and the host's functions can be called:
//!
//! ```
//! use polyreactor_guest::{HostLayout, export, import};
//!
//! #[import(module = "host")]
//! extern "C" {
//!     fn log(message: &str);
//! }
//!
//! #[derive(HostLayout)]
//! #[repr(C)]
//! struct Point {
//!     x: i32,
//!     y: f64,
//! }
//!
//! #[export]
//! fn scale(point: &mut Point, by: f64) {
//!     point.y *= by;
//! }
//!
//! #[export]
//! fn greet(name: &str) -> String {
//!     log("somebody is here");
//!     format!("hello {name}")
//! }
//! ```
//!
//! What the host passes is checked before it becomes a value, and is lent for the call. What it
//! may not pass ends in a panic, which names the function; a panic prints its message and traps.
//! Where strings or pointers cross, the plugin exports `polyreactor_alloc` and
//! `polyreactor_free`, from which the host takes memory for them.
//!
//! After each export, and after the init hook, what is left in standard output is flushed, for
//! a plugin never exits. Where it panics, the panic hook does that, once the message is told: a
//! plugin that sets a hook of its own calls the one that it takes, or flushes. A plugin that
//! prints nothing saves that code (the hook is 1 KB of it), with `default-features = false`.
//!
//! On `wasm32` the attributes add what the host needs; on any other target they leave
//! the functions as they are, so `cargo test` works on the author's machine. There, no
//! host calls the init hook: a test that needs it calls it. A function of the host's panics
//! there: let logic take what it needs of the host as a parameter.
//!
//! Features: `stdout`, on by default, is that flush; `wit` brings `generate!`, the bindings of
//! a WIT world, and re-exports `wit_bindgen`.
//!
//! Plugins are built by `cargo xtask build-guests` (in another project
//! `cargo polyreactor build-guests`), which also turns what the linker wrote into a
//! reactor: see the project's CONVENTION, rules R001 and R003.

pub use pointer::GuestPtr;
pub use polyreactor_guest_macros::{HostLayoutOfGuest as HostLayout, export, import, init};
pub use polyreactor_layout as layout;
pub use polyreactor_layout::HostLayout;

pub mod abi;
mod memory;
mod pointer;
#[cfg(feature = "wit")]
mod wit;

#[cfg(feature = "wit")]
pub use wit_bindgen;
