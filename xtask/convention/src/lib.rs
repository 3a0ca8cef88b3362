//! The reactor convention as code: inspects, checks and patches WASI core modules.
//!
//! A WASI *reactor* is a module whose instances stay alive: the host calls `_initialize` once,
//! then the other exports as often as it needs them. [`inspect()`] describes a module, [`check()`]
//! reports every violation of the convention as a [`Diagnostic`], and [`patch()`] makes a reactor
//! of another module, or says why it cannot:
//!
//! ```
//! use polyreactor_convention::{check, inspect, patch, CheckOptions, PatchOptions};
//!
//! let bytes = wat::parse_str(r#"
//!     (module
//!       (memory (export "memory") 1)
//!       (func (export "add") (param i32 i32) (result i32)
//!         local.get 0 local.get 1 i32.add))"#)?;
//!
//! let options = CheckOptions::default();
//! let diagnostics = check(&inspect(&bytes)?, &options);
//! assert_eq!(diagnostics[0].rule.to_string(), "R001");
//!
//! let patched = patch(&bytes, &PatchOptions::default())?;
//! assert!(check(&inspect(&patched.bytes)?, &options).is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The project's `CONVENTION.md` lists the rules and their origins; [`Rule::page`] explains each.
//! The crate needs no cargo, no toolchain and no engine, and reads no files: modules are bytes.

#![forbid(unsafe_code)]

mod compare;
mod constructors;
mod diagnostic;
mod exported;
mod flush;
mod go_main;
mod inspect;
mod language;
mod malformed;
mod module;
mod patch;
mod platform;
mod producers;
mod quote;
mod rename;
mod rules;
mod strip;
mod types;
pub mod wasi;
mod wrapping;

pub use compare::{Mismatch, compare};
pub use constructors::Constructors;
pub use diagnostic::{Diagnostic, Severity};
pub use exported::exported_functions;
pub use flush::prints_without_flushing;
pub use go_main::go_main_does_something;
pub use inspect::{Export, Import, Inspection, Section, Start, inspect};
pub use malformed::{FileKind, Malformed};
pub use module::Proposal;
pub use patch::{Change, PatchOptions, Patched, Refused, patch};
pub use platform::Platform;
pub use polyreactor_layout::EXPORT_SYMBOL_PREFIX;
pub use producers::{Language, Tool};
pub use rename::rename_exports;
pub use rules::{CheckOptions, Rule, check};
pub use strip::{Strip, strip};
pub use types::{ExternType, MemoryType};
pub use wrapping::{Assume, Evidence, Wrapped, Wrapper, Wrapping};
