//! How the values that a plugin and its host share lie in memory, and the limits of the functions
//! between them.
//!
//! `polyreactor-guest` and `polyreactor-host` re-export this crate as their module `layout`, with
//! the derive of [`HostLayout`]. A crate of records that both use can depend on this one alone,
//! with the derive from `polyreactor-guest-macros`:
//!
//! ```
//! use polyreactor_guest_macros::HostLayout;
//! use polyreactor_layout::{HostLayout, read_from};
//!
//! #[derive(HostLayout, Debug, PartialEq)]
//! #[repr(C)]
//! struct Point {
//!     x: i32,
//!     y: f32,
//! }
//!
//! assert_eq!(read_from::<Point>(&[1, 0, 0, 0, 0, 0, 0x80, 0x3f]), Some(Point { x: 1, y: 1.0 }));
//! assert_eq!(Point::SHAPE.to_string(), "{x: s32, y: f32}");
//! ```

pub use bytes::{list_bytes, read_from, read_list, write_to};
pub use host_layout::{Field, HostLayout, Shape};
pub use scalar::{ListElement, Scalar};

mod bytes;
mod host_layout;
pub mod limits;
mod scalar;

/// The beginning of the linker's symbols for exported functions.
///
/// To a linker, an export's name is the name of the function: an export `exp` would be called
/// by whoever means libc's `exp`. So the guest packages export a function under this and its
/// name, `polyreactor-export:exp`, which is nobody else's, and `build-guests` and `patch` take the
/// beginning away once the module is linked (CONVENTION, R013).
pub const EXPORT_SYMBOL_PREFIX: &str = "polyreactor-export:";
