//! Guest library for Polyreactor plugins in Rust.
//!
//! A plugin is a library crate of type `cdylib` (and `rlib`, so that its logic can be
//! tested natively). [`#[export]`](macro@export) exports a function to the host;
//! [`#[init]`](macro@init) marks the function that initialises the plugin:
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
//! Strings, lists and pointers (to records, for instance) can be parameters and results too.
//! [`#[import]`](macro@import) declares functions of the host:
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
//! # Checks and memory
//!
//! Each argument from the host, and each result of a host function, is checked before it becomes
//! a Rust value. An invalid one (a bool other than 0 and 1, a string that is not UTF-8, a bad
//! pointer) is a panic whose message names the function. On `wasm32-wasip1` a panic prints its
//! message to standard error and traps. References that an exported function gets are valid
//! during the call only.
//!
//! With the exports `polyreactor_alloc` and `polyreactor_free` the host allocates guest memory for
//! strings, lists and pointers. `#[export]` and `#[import]` add these two exports to a plugin that
//! gets such values from the host.
//!
//! # Standard output
//!
//! A plugin never exits, so nothing else would flush the line that standard output still
//! buffers. With the feature `stdout` (on by default) the buffer is flushed after each exported
//! function, after the init hook, and after a panic message, by a panic hook. A plugin that sets
//! its own panic hook has to call the previous hook (`std::panic::take_hook`) or flush; otherwise
//! output before a panic is lost. A plugin that prints nothing can leave that code out (the hook
//! takes 1 KB), with `default-features = false`.
//!
//! # Native tests
//!
//! On `wasm32` the attributes add the shims that the host calls. On any other target they leave
//! the functions as they are, so that `cargo test` works on the author's machine. Natively,
//! nothing calls the init hook: a test that needs it has to call it. A call of a host function
//! panics: pass logic under test what it needs from the host as a parameter.
//!
//! # Features
//!
//! `stdout`, on by default: flushes standard output, see above. `wit`: adds `generate!`, for
//! bindings of a WIT world, and re-exports `wit_bindgen`.
//!
//! # Building
//!
//! `cargo xtask build-guests` (in another project `cargo polyreactor build-guests`) builds
//! plugins and patches the linked module so that it is a reactor: see CONVENTION, rules R001 and
//! R003. A module that cargo alone has built still exports each function under its symbol,
//! `polyreactor-export:NAME` (R013).

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
