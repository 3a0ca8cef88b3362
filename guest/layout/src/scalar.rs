//! Scalars: the numbers and the bool, which arrays, records and lists consist of.

use std::fmt;

use crate::{HostLayout, Shape};

/// The type of a number or a bool in memory. Numbers are little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// A bool: one byte, 0 or 1.
    Bool,
    /// A signed integer of 8 bits.
    S8,
    /// An unsigned integer of 8 bits.
    U8,
    /// A signed integer of 16 bits.
    S16,
    /// An unsigned integer of 16 bits.
    U16,
    /// A signed integer of 32 bits.
    S32,
    /// An unsigned integer of 32 bits.
    U32,
    /// A signed integer of 64 bits.
    S64,
    /// An unsigned integer of 64 bits.
    U64,
    /// A float of 32 bits.
    F32,
    /// A float of 64 bits.
    F64,
}

impl Scalar {
    /// All scalar types.
    pub const ALL: [Scalar; 11] = [
        Scalar::Bool,
        Scalar::S8,
        Scalar::U8,
        Scalar::S16,
        Scalar::U16,
        Scalar::S32,
        Scalar::U32,
        Scalar::S64,
        Scalar::U64,
        Scalar::F32,
        Scalar::F64,
    ];

    /// The name of the type in a contract and in WIT: `bool`, `s32`, `f64`.
    pub const fn name(self) -> &'static str {
        match self {
            Scalar::Bool => "bool",
            Scalar::S8 => "s8",
            Scalar::U8 => "u8",
            Scalar::S16 => "s16",
            Scalar::U16 => "u16",
            Scalar::S32 => "s32",
            Scalar::U32 => "u32",
            Scalar::S64 => "s64",
            Scalar::U64 => "u64",
            Scalar::F32 => "f32",
            Scalar::F64 => "f64",
        }
    }

    /// The size of the type in bytes, which is its alignment too: 1, 2, 4 or 8.
    pub const fn size_bytes(self) -> usize {
        match self {
            Scalar::Bool | Scalar::S8 | Scalar::U8 => 1,
            Scalar::S16 | Scalar::U16 => 2,
            Scalar::S32 | Scalar::U32 | Scalar::F32 => 4,
            Scalar::S64 | Scalar::U64 | Scalar::F64 => 8,
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A Rust type that can be an element of a `list<T>`: the type of a [`Scalar`].
///
/// It is implemented for `bool`, the integers from 8 to 64 bits, `f32` and `f64`. The trait is
/// sealed: no other type can implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of a list between plugin and host",
    label = "a list holds numbers from 8 to 64 bits, or bools",
    note = "pass a record by reference, and an array of a fixed length as `&[T; N]`"
)]
pub trait ListElement: HostLayout + Copy + sealed::Sealed {
    /// The scalar type.
    const SCALAR: Scalar;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! scalars {
    ($($ty:ident $scalar:ident $plain:literal |$at:ident| $invalid:expr;)*) => {$(
        // SAFETY: a number has no padding, and any bytes are a number. A bool is one byte, for
        // which `invalid` refuses each value other than 0 and 1.
        unsafe impl HostLayout for $ty {
            const PLAIN: bool = $plain;
            const SHAPE: Shape = Shape::Scalar(Scalar::$scalar);

            #[inline(always)]
            unsafe fn invalid($at: *const Self) -> Option<u8> {
                $invalid
            }

            #[inline(always)]
            unsafe fn store(&self, to: *mut Self) {
                // SAFETY: as the caller guarantees.
                unsafe { to.write(*self) }
            }
        }

        impl sealed::Sealed for $ty {}

        impl ListElement for $ty {
            const SCALAR: Scalar = Scalar::$scalar;
        }

        const _: () = {
            assert!(size_of::<$ty>() == Scalar::$scalar.size_bytes());
            assert!(align_of::<$ty>() == Scalar::$scalar.size_bytes());
        };
    )*};
}

scalars! {
    // SAFETY: as the caller guarantees; any byte is a valid `u8`.
    bool Bool false |at| Some(unsafe { at.cast::<u8>().read() }).filter(|byte| *byte > 1);
    i8 S8 true |_at| None;
    u8 U8 true |_at| None;
    i16 S16 true |_at| None;
    u16 U16 true |_at| None;
    i32 S32 true |_at| None;
    u32 U32 true |_at| None;
    i64 S64 true |_at| None;
    u64 U64 true |_at| None;
    f32 F32 true |_at| None;
    f64 F64 true |_at| None;
}
