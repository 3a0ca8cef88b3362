//! What a Rust plugin is written against.
//!
//! A plugin is a library crate of type `cdylib` (and `rlib`, so that its logic can be
//! tested natively). [`#[export]`](export) makes a function callable by the host,
//! [`#[init]`](init) marks the one that sets the plugin up:
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
//! On `wasm32` the attributes add what the host needs; on any other target they leave
//! the functions as they are, so `cargo test` works on the author's machine. There, no
//! host calls the init hook: a test that needs it calls it.
//!
//! Plugins are built by `cargo xtask build-guests` (in another project
//! `cargo polyreactor build-guests`), which also turns what the linker wrote into a
//! reactor: see the project's CONVENTION, rules R001 and R003.

pub use layout::HostLayout;
pub use pointer::GuestPtr;
pub use polyreactor_guest_macros::{HostLayout, export, import, init};

pub mod abi;
pub mod layout;
mod memory;
mod pointer;
#[cfg(feature = "wit")]
mod wit;

#[cfg(feature = "wit")]
pub use wit_bindgen;
