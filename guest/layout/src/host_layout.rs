//! `HostLayout`: the types whose bytes mean the same to a plugin and to its host.

use std::fmt;
use std::ptr;

use crate::Scalar;

/// A type whose bytes in memory mean the same to the plugin and to the host.
///
/// The numbers from 8 to 64 bits, `f32`, `f64`, `bool`, arrays of such types, and structs of
/// such fields that derive it. The derive macro is `HostLayout` of `polyreactor-guest`,
/// `polyreactor-host` or `polyreactor-guest-macros`.
///
/// The layout is C's on wasm32: each value is aligned to its size, a bool is one byte, a struct is
/// padded to its alignment. It is the same on a 64-bit machine, so a host in Rust can use the type
/// too: [`read_from`](crate::read_from) and [`write_to`](crate::write_to) convert it from and to
/// bytes.
///
/// # Safety
///
/// The type is laid out like that, `invalid` finds every byte that makes it no value of the
/// type, `store` writes every byte that is not padding, and no byte that is. Where `PLAIN` is
/// true, any bytes are a value and none of them is padding. `SHAPE` describes the layout.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no layout that a host knows",
    label = "behind a pointer, the host sees numbers, bools, arrays and records of them only",
    note = "for a struct of such fields: `#[derive(HostLayout)] #[repr(C)]`"
)]
pub unsafe trait HostLayout: Sized + 'static {
    /// Whether any bytes are a value, and none of them is padding.
    const PLAIN: bool;

    /// The layout, as a host compares it with the plugin's contract.
    const SHAPE: Shape;

    /// The first byte of a bool that is neither 0 nor 1.
    ///
    /// # Safety
    ///
    /// `at` is aligned, and the bytes of the type are initialised there.
    unsafe fn invalid(at: *const Self) -> Option<u8>;

    /// Writes the value and leaves padding as it is, since padding may be read as bytes later.
    ///
    /// # Safety
    ///
    /// `to` is aligned, and the bytes of the type can be written there.
    unsafe fn store(&self, to: *mut Self);
}

/// The layout of a value in memory. Its text is the contract's type, with a record written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A number or a bool.
    Scalar(Scalar),
    /// An array: the shape of its elements, and their number.
    List(&'static Shape, usize),
    /// A record: its fields, in the order in which they lie in memory.
    Record(&'static [Field]),
}

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its first byte, counted from the record's first byte.
    pub offset_bytes: usize,
    /// The layout of its value.
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

// SAFETY: the elements stand one after the other, with nothing between.
unsafe impl<T: HostLayout, const N: usize> HostLayout for [T; N] {
    const PLAIN: bool = T::PLAIN;
    const SHAPE: Shape = Shape::List(&T::SHAPE, N);

    unsafe fn invalid(at: *const Self) -> Option<u8> {
        if T::PLAIN {
            return None;
        }
        // SAFETY: each element is inside of what the caller promises.
        (0..N).find_map(|n| unsafe { T::invalid(at.cast::<T>().add(n)) })
    }

    unsafe fn store(&self, to: *mut Self) {
        if T::PLAIN {
            // SAFETY: as the caller promises; there is no padding to leave as it is.
            return unsafe { ptr::copy(self, to, 1) };
        }
        for (n, element) in self.iter().enumerate() {
            // SAFETY: each element is inside of what the caller promises.
            unsafe { element.store(to.cast::<T>().add(n)) }
        }
    }
}
