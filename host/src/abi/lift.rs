//! [`Lift`]: values of a guest on their way out, each checked and copied.

use polyreactor_contract::{CoreType, Scalar, ValueType};
use polyreactor_layout::{HostLayout, ListElement, read_list};
use wasmtime::ValRaw;

use crate::abi::lower::sealed::Sealed;
use crate::abi::lower::{Number, is_list, is_string};
use crate::abi::place::{Kind, Param, Returned};
use crate::abi::pointer::Pointer;
use crate::abi::record::points_at;
use crate::error::BadValue;

/// A value that can be lifted out of a guest: the result of an export, or a parameter of a host
/// function.
///
/// | type | in a contract |
/// |---|---|
/// | `bool` | `bool` |
/// | `i32 u32 i64 u64 f32 f64` | `s32 u32 s64 u64 f32 f64` |
/// | `String` | `string` |
/// | `Vec<T>` of bools or numbers | `list<T>` |
/// | [`Pointer<T>`] of a [`HostLayout`] | `ptr<T>` |
/// | `()` | no result |
/// | a tuple of up to 16 numbers | none: several core results, which Go and Zig can't return (R008) |
///
/// What a guest hands over is checked: a string must be UTF-8, a bool 0 or 1, and everything must
/// lie in the guest's memory. It is copied at once: by the next call the guest may have used the
/// memory for something else (B010).
///
/// The trait is sealed: what crosses is settled here.
pub trait Lift: Sealed + Sized + 'static {
    #[doc(hidden)]
    const PARAM: Option<Param>;
    /// `None` for several results.
    #[doc(hidden)]
    const RESULT: Option<Returned>;
    #[doc(hidden)]
    const IS_FLAT: bool = match &Self::RESULT {
        Some(result) => !matches!(result.kind, Kind::Memory),
        None => true,
    };
    /// The core results.
    #[doc(hidden)]
    fn results() -> Vec<CoreType> {
        Self::RESULT.map_or_else(Vec::new, |result| result.core.to_vec())
    }
    /// Their number.
    #[doc(hidden)]
    const COUNT: usize = match &Self::RESULT {
        Some(result) => result.core.len(),
        None => 0,
    };
    #[doc(hidden)]
    fn is_result(core: &[CoreType]) -> bool {
        Self::RESULT.is_some_and(|result| result.core == core)
    }
    /// Lifts a result.
    #[doc(hidden)]
    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue>;
    /// Lifts a host function's parameter.
    #[doc(hidden)]
    fn lift_param(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        Self::lift(raw, guest)
    }
}

/// What a value is lifted out of.
#[derive(Clone, Copy)]
pub struct Guest<'a> {
    pub(crate) memory: &'a [u8],
    /// The instance's number.
    pub(crate) instance: u64,
}

impl Guest<'_> {
    /// For what needs no memory.
    pub(crate) const NONE: Guest<'static> = Guest { memory: &[], instance: 0 };
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Lift for $number {
            const PARAM: Option<Param> = <Self as crate::abi::Lower>::PARAM;
            const RESULT: Option<Returned> = <Self as crate::abi::Lower>::RESULT;

            #[inline]
            fn lift(raw: &[ValRaw], _: Guest<'_>) -> Result<Self, BadValue> {
                Ok(Self::from_raw(&raw[0]))
            }
        }
    )*};
}

numbers! { i32 u32 i64 u64 f32 f64 }

impl Lift for bool {
    const PARAM: Option<Param> = <Self as crate::abi::Lower>::PARAM;
    const RESULT: Option<Returned> = <Self as crate::abi::Lower>::RESULT;

    #[inline]
    fn lift(raw: &[ValRaw], _: Guest<'_>) -> Result<Self, BadValue> {
        bool_of(raw[0].get_i32())
    }
}

impl Lift for () {
    const PARAM: Option<Param> = None;
    const RESULT: Option<Returned> = <Self as crate::abi::Lower>::RESULT;

    #[inline]
    fn lift(_: &[ValRaw], _: Guest<'_>) -> Result<Self, BadValue> {
        Ok(())
    }
}

impl Lift for String {
    const PARAM: Option<Param> = <Self as crate::abi::Lower>::PARAM;
    const RESULT: Option<Returned> =
        Some(Returned::new::<Self>(&[CoreType::I64], Kind::Memory, |ty| ty.is_some_and(is_string)));

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        let (address, length) = unpack(&raw[0]);
        text(address, length, guest.memory)
    }

    fn lift_param(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        text(raw[0].get_u32(), raw[1].get_u32(), guest.memory)
    }
}

impl<T: ListElement> Lift for Vec<T> {
    const PARAM: Option<Param> = <Self as crate::abi::Lower>::PARAM;
    const RESULT: Option<Returned> =
        Some(Returned::new::<Self>(&[CoreType::I64], Kind::Memory, |ty| {
            ty.is_some_and(is_list::<T>)
        }));

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        let (address, length) = unpack(&raw[0]);
        list(address, length, guest.memory)
    }

    fn lift_param(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        list(raw[0].get_u32(), raw[1].get_u32(), guest.memory)
    }
}

impl<T: HostLayout> Sealed for Pointer<T> {}

impl<T: HostLayout> Lift for Pointer<T> {
    const PARAM: Option<Param> =
        Some(Param::new::<Self>(&[CoreType::I32], Kind::Flat, points_at::<T>));
    const RESULT: Option<Returned> = Some(Returned::new::<Self>(
        &[CoreType::I32],
        // It remembers which instance's memory it leads into.
        Kind::Memory,
        |ty: Option<&ValueType>| ty.is_some_and(points_at::<T>),
    ));

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        Ok(Pointer::new(raw[0].get_u32(), guest.instance))
    }
}

/// Several results: of the tuple of these, and of every shorter one.
macro_rules! tuples {
    ($($first:ident $($rest:ident)*)?) => {
        $(
            impl<$first: Number, $($rest: Number),*> Sealed for ($first, $($rest,)*) {}

            impl<$first: Number + Lift, $($rest: Number + Lift),*> Lift for ($first, $($rest,)*) {
                const PARAM: Option<Param> = None;
                const RESULT: Option<Returned> = None;
                const COUNT: usize = 1 $(+ <$rest as Lift>::COUNT)*;

                fn results() -> Vec<CoreType> {
                    vec![$first::CORE, $($rest::CORE),*]
                }

                fn is_result(core: &[CoreType]) -> bool {
                    core == [$first::CORE, $($rest::CORE),*]
                }

                #[inline]
                fn lift(raw: &[ValRaw], _: Guest<'_>) -> Result<Self, BadValue> {
                    let mut raw = raw.iter();
                    tuples!(@lift raw $first $($rest)*)
                }
            }

            tuples!($($rest)*);
        )?
    };
    (@lift $raw:ident $($ty:ident)*) => {
        Ok(($(match $raw.next() {
            Some(value) => $ty::from_raw(value),
            None => return Err(BadValue("fewer results than its type has".to_owned())),
        },)*))
    };
}

tuples!(A B C D E F G H I J K L M N O P);

/// The address and the length of a packed result.
fn unpack(raw: &ValRaw) -> (u32, u32) {
    let packed = raw.get_u64();
    ((packed >> 32) as u32, packed as u32)
}

pub(crate) fn check_pointer(address: u32, align_bytes: u32) -> Result<(), BadValue> {
    if address == 0 {
        return Err(BadValue("a null pointer".to_owned()));
    }
    if !address.is_multiple_of(align_bytes) {
        let text = format!("the pointer {address:#x}, which is no multiple of {align_bytes}");
        return Err(BadValue(text));
    }
    Ok(())
}

pub(crate) fn bool_of(core: i32) -> Result<bool, BadValue> {
    match core {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(BadValue(format!("{other} for a bool, 0 or 1 expected"))),
    }
}

/// A copy of the text that lies there.
pub(crate) fn text(address: u32, length: u32, memory: &[u8]) -> Result<String, BadValue> {
    if length == 0 {
        return Ok(String::new());
    }
    let bytes = piece(address, length, memory)?;
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(BadValue(format!("a string that is not UTF-8: {error}"))),
    }
}

fn list<T: ListElement>(address: u32, count: u32, memory: &[u8]) -> Result<Vec<T>, BadValue> {
    let bytes = elements(address, count, <T as ListElement>::SCALAR, memory)?;
    read_list(bytes).ok_or_else(|| {
        let found = bytes.iter().find(|byte| **byte > 1).copied().unwrap_or_default();
        BadValue(format!("{found} for a bool in a list, 0 or 1 expected"))
    })
}

/// The bytes of a list, checked as a pointer is. The address of an empty one means nothing.
pub(crate) fn elements(
    address: u32,
    count: u32,
    scalar: Scalar,
    memory: &[u8],
) -> Result<&[u8], BadValue> {
    let size = scalar.size_bytes();
    let bad = |why: &str| {
        Err(BadValue(format!("a list<{scalar}> of {count} at {address:#x}, which {why}")))
    };
    if count == 0 {
        return Ok(&[]);
    }
    if address == 0 {
        return bad("is null");
    }
    if !(address as usize).is_multiple_of(size) {
        return bad(&format!("is no multiple of {size}"));
    }
    let begin = address as usize;
    let end = (count as usize).checked_mul(size).and_then(|length| begin.checked_add(length));
    match end.and_then(|end| memory.get(begin..end)) {
        Some(bytes) => Ok(bytes),
        None => bad("is not all in its memory"),
    }
}

/// The bytes that lie there.
pub(crate) fn piece(address: u32, length: u32, memory: &[u8]) -> Result<&[u8], BadValue> {
    let end = address as usize + length as usize;
    memory.get(address as usize..end).ok_or_else(|| {
        BadValue(format!("{length} bytes at {address:#x}, which are not all in its memory"))
    })
}
