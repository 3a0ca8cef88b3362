//! Memory layout of the values that a plugin and its host share, and limits of the functions
//! between them.
//!
//! `polyreactor-guest` and `polyreactor-host` re-export this crate as their module `layout`, and
//! the trait [`HostLayout`] with its derive macro. A crate whose records both plugin and host use
//! can depend on this crate and on `polyreactor-guest-macros`, which has the derive macro:
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
pub use names::{EXPORT_SYMBOL_PREFIX, is_linker_name};
pub use scalar::{ListElement, Scalar};

mod bytes;
mod host_layout;
pub mod limits;
mod names;
mod scalar;
