//! Contracts between a Wasm plugin and its host: types, signatures, values, and calls as text.
//!
//! A [`Contract`] declares the functions that a plugin exports and imports, and its records. A
//! [`Draft`] of texts is checked to make one; the module has the contract in a custom section
//! ([`SECTION`]). A contract gives the core type of each function:
//!
//! ```
//! use polyreactor_contract::{Call, Draft, Val};
//!
//! let mut draft = Draft::default();
//! draft.exports.push(("greet".into(), "(name: string, times: u32) -> string".into()));
//! let contract = draft.check().unwrap();
//! let greet = contract.export("greet").unwrap();
//! assert_eq!(greet.lowered().to_string(), "(i32, i32, i32) -> i64");
//!
//! // A call as a person types it, checked against the contract.
//! let call = Call::parse(r#"greet("bob", 2)"#)?;
//! let arguments = call.arguments(greet).unwrap();
//! assert_eq!(arguments, [Val::from("bob"), Val::from(2_u32)]);
//!
//! let faults = Call::parse("greet(bob, -1)")?.arguments(greet).unwrap_err();
//! assert_eq!(faults.len(), 2);
//! assert_eq!(faults[1].place, 11..13);
//! # Ok::<(), polyreactor_contract::Fault>(())
//! ```
//!
//! A [`Val`] is a value of any type. Its text is WAVE (WebAssembly Value Encoding);
//! [`Val::load`] and [`Val::store`] read it from and write it to a guest's memory.
//!
//! Of this project, the crate depends on `polyreactor-layout` only. It uses no engine, no compiler,
//! no file and no rule of the reactor convention.

#![forbid(unsafe_code)]

mod call;
mod contract;
mod core_type;
mod fault;
mod nearest;
pub mod quote;
mod signature;
mod types;
mod val;

pub use call::{Call, CallText, Outcome};
pub use contract::draft::{Draft, Fields};
pub use contract::names::{ALLOC, FREE, WASI_MODULE, allocator_type};
pub use contract::section::{Broken, SECTION};
pub use contract::{Contract, Function, Import};
pub use core_type::{CoreType, FuncType};
pub use fault::{Fault, Place};
pub use nearest::{nearest, nearest_names};
pub use polyreactor_layout::{ListElement, Scalar, is_linker_name};
pub use signature::{Parameter, Signature};
pub use types::{Field, Layout, Pointee, Record, ValueType};
pub use val::Val;
pub use val::list::List;
pub use val::memory::BadMemory;
pub use val::ty::Type;
