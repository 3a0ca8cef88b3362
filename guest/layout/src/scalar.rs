//! Scalars: the numbers and the bool, of which arrays, records and lists are made.

use std::fmt;

use crate::{HostLayout, Shape};

/// A number or a bool in memory, little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// One byte, 1 or 0.
    Bool,
    /// A signed byte.
    S8,
    /// An unsigned byte.
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
    /// All of them.
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

    /// Its name in a contract, which is WIT's: `bool`, `s32`, `f64`.
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

    /// Its size, 1, 2, 4 or 8 bytes, which is its alignment as well.
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

/// A type of Rust's that is a [`Scalar`]: what a `list<T>` can hold.
///
/// It is implemented for `bool`, the integers from 8 to 64 bits, `f32` and `f64`, and for no
/// other type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in a list that crosses",
    label = "a list holds numbers from 8 to 64 bits, or bools",
    note = "pass a record by reference, and an array of a fixed length as `&[T; N]`"
)]
pub trait ListElement: HostLayout + Copy + sealed::Sealed {
    /// Which one it is.
    const SCALAR: Scalar;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! scalars {
    ($($ty:ident $scalar:ident $plain:literal |$at:ident| $invalid:expr;)*) => {$(
        // SAFETY: a number's bytes are all its own, and any bytes are a number. A bool is one
        // byte, and `invalid` reports each that is neither 0 nor 1.
        unsafe impl HostLayout for $ty {
            const PLAIN: bool = $plain;
            const SHAPE: Shape = Shape::Scalar(Scalar::$scalar);

            #[inline(always)]
            unsafe fn invalid($at: *const Self) -> Option<u8> {
                $invalid
            }

            #[inline(always)]
            unsafe fn store(&self, to: *mut Self) {
                // SAFETY: as the caller promises.
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
    // SAFETY: as the caller promises; a byte may be anything.
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
