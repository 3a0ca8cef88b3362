//! `HostLayout`: types whose bytes in memory mean the same to a plugin and to its host.

use std::fmt;
use std::ptr;

use crate::Scalar;

/// A type whose bytes in memory mean the same to the plugin and to the host.
///
/// It is implemented for `bool`, the integers from 8 to 64 bits, `f32`, `f64`, arrays of types that
/// implement it, and structs that derive it. The derive macro is `HostLayout` of
/// `polyreactor-guest`, `polyreactor-host` or `polyreactor-guest-macros`.
///
/// The layout is C's on wasm32: each value is aligned to its size, a bool is one byte, a struct is
/// padded to its alignment. It is the same on a 64-bit machine, so that a host in Rust can use the
/// type too: [`read_from`](crate::read_from) and [`write_to`](crate::write_to) convert it from and
/// to bytes.
///
/// # Safety
///
/// An implementation guarantees that:
///
/// - the type has that layout, and `SHAPE` describes it;
/// - initialised bytes for which `invalid` returns `None` are a value of the type;
/// - `store` writes every byte that is not padding, and no padding byte;
/// - if `PLAIN` is true, any bytes are a value of the type and there is no padding.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no layout that the host knows",
    label = "a pointer can point to a number, a bool, an array or a record of these",
    note = "for a struct of such fields: `#[derive(HostLayout)] #[repr(C)]`"
)]
pub unsafe trait HostLayout: Sized + 'static {
    /// Whether any bytes are a value of the type, and none of them is padding.
    const PLAIN: bool;

    /// The layout, which a host compares with the plugin's contract.
    const SHAPE: Shape;

    /// Returns the first byte of a bool that is neither 0 nor 1; `None` if the bytes are a value of
    /// the type.
    ///
    /// # Safety
    ///
    /// `at` is aligned and valid for reads of the type's size, and those bytes are initialised.
    unsafe fn invalid(at: *const Self) -> Option<u8>;

    /// Writes the value without its padding. The padding bytes at `to` keep their values, because
    /// they may be read as bytes later and have to stay initialised.
    ///
    /// # Safety
    ///
    /// `to` is aligned and valid for writes of the type's size.
    unsafe fn store(&self, to: *mut Self);
}

/// The layout of a value in memory. [`Display`](fmt::Display) writes the contract's type, and for a
/// record its fields instead of its name: `{x: s32, y: f32}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A number or a bool.
    Scalar(Scalar),
    /// An array: the layout of its elements, and their number.
    List(&'static Shape, usize),
    /// A record: its fields, in their order in memory.
    Record(&'static [Field]),
}

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name of the field.
    pub name: &'static str,
    /// The offset of the field from the beginning of the record, in bytes.
    pub offset_bytes: usize,
    /// The layout of the field's value.
    pub shape: &'static Shape,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shape::Scalar(scalar) => scalar.fmt(f),
            Shape::List(of, length) => write!(f, "list<{of}, {length}>"),
            Shape::Record(fields) => {
                f.write_str("{")?;
                for (number, field) in fields.iter().enumerate() {
                    let gap = if number == 0 { "" } else { ", " };
                    write!(f, "{gap}{}: {}", field.name, field.shape)?;
                }
                f.write_str("}")
            }
        }
    }
}

// SAFETY: the elements of an array are adjacent, without padding between them.
unsafe impl<T: HostLayout, const N: usize> HostLayout for [T; N] {
    const PLAIN: bool = T::PLAIN;
    const SHAPE: Shape = Shape::List(&T::SHAPE, N);

    unsafe fn invalid(at: *const Self) -> Option<u8> {
        if T::PLAIN {
            return None;
        }
        // SAFETY: each element is inside the range that the caller guarantees.
        (0..N).find_map(|n| unsafe { T::invalid(at.cast::<T>().add(n)) })
    }

    unsafe fn store(&self, to: *mut Self) {
        if T::PLAIN {
            // SAFETY: as the caller guarantees; a plain type has no padding.
            return unsafe { ptr::copy(self, to, 1) };
        }
        for (n, element) in self.iter().enumerate() {
            // SAFETY: each element is inside the range that the caller guarantees.
            unsafe { element.store(to.cast::<T>().add(n)) }
        }
    }
}
