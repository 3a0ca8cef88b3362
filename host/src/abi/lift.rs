//! [`Lift`]: Rust types that values of a guest can be lifted to. Lifting checks and copies.

use polyreactor_contract::{CoreType, Scalar, ValueType};
use polyreactor_layout::{HostLayout, ListElement, read_list};
use wasmtime::{ValRaw, WasmResults, WasmTy};

use crate::abi::lower::sealed::Sealed;
use crate::abi::lower::{Number, is_list, is_string};
use crate::abi::place::{Kind, Param, Returned};
use crate::abi::pointer::Pointer;
use crate::abi::record::is_pointer_to;
use crate::error::BadValue;

/// A Rust type that a guest's value can be lifted to: the result of an export, or an argument of a
/// host function.
///
/// | Rust type | type in a contract |
/// |---|---|
/// | `bool` | `bool` |
/// | `i32 u32 i64 u64 f32 f64` | `s32 u32 s64 u64 f32 f64` |
/// | `String` | `string` |
/// | `Vec<T>`, `T` a bool or a number | `list<T>` |
/// | [`Pointer<T>`], `T` a [`HostLayout`] | `ptr<T>` |
/// | `()`, only as a result | no result |
/// | a tuple of up to 16 numbers, only as a result | none: Go and Zig can't return several (R008) |
///
/// Lifting checks the value: a string must be UTF-8, a bool 0 or 1, and strings and lists must lie
/// in the guest's memory. Lifting copies strings and lists at once, since the guest may reuse their
/// memory from the next call on (CONVENTION B010). A [`Pointer`] is checked when it is read or
/// written.
///
/// The trait is sealed: no other crate can implement it.
pub trait Lift: Sealed + Sized + 'static {
    #[doc(hidden)]
    const PARAM: Option<Param>;
    /// `None` where the type stands for several core results.
    #[doc(hidden)]
    const RESULT: Option<Returned>;
    #[doc(hidden)]
    const IS_FLAT: bool = match &Self::RESULT {
        Some(result) => !matches!(result.kind, Kind::Memory),
        None => true,
    };
    /// The core types of the result.
    #[doc(hidden)]
    fn results() -> Vec<CoreType> {
        Self::RESULT.map_or_else(Vec::new, |result| result.core.to_vec())
    }
    /// The number of core results.
    #[doc(hidden)]
    const COUNT: usize = match &Self::RESULT {
        Some(result) => result.core.len(),
        None => 0,
    };
    #[doc(hidden)]
    fn is_result(core: &[CoreType]) -> bool {
        Self::RESULT.is_some_and(|result| result.core == core)
    }
    /// The core result of a type that is lifted without guest memory.
    #[doc(hidden)]
    type Core: WasmResults + 'static;
    /// Lifts a result that needs no guest memory.
    #[doc(hidden)]
    fn from_core(_: Self::Core) -> Result<Self, BadValue> {
        unreachable!("a result of this type needs guest memory")
    }
    /// Lifts a result.
    #[doc(hidden)]
    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue>;
    /// Lifts an argument of a host function.
    #[doc(hidden)]
    fn lift_param(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        Self::lift(raw, guest)
    }
}

/// The guest memory that values are lifted from.
#[derive(Clone, Copy)]
pub struct Guest<'a> {
    pub(crate) memory: &'a [u8],
    /// The id of the instance.
    pub(crate) instance: u64,
}

impl Guest<'_> {
    /// For types that are lifted without guest memory.
    pub(crate) const NONE: Guest<'static> = Guest { memory: &[], instance: 0 };
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Lift for $number {
            const PARAM: Option<Param> = <Self as crate::abi::Lower>::PARAM;
            const RESULT: Option<Returned> = <Self as crate::abi::Lower>::RESULT;
            type Core = Self;

            #[inline]
            fn from_core(core: Self) -> Result<Self, BadValue> {
                Ok(core)
            }

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
    type Core = i32;

    #[inline]
    fn from_core(core: i32) -> Result<Self, BadValue> {
        bool_of(core)
    }

    fn lift(raw: &[ValRaw], _: Guest<'_>) -> Result<Self, BadValue> {
        bool_of(raw[0].get_i32())
    }
}

impl Lift for () {
    const PARAM: Option<Param> = None;
    const RESULT: Option<Returned> = <Self as crate::abi::Lower>::RESULT;
    type Core = ();

    #[inline]
    fn from_core((): ()) -> Result<Self, BadValue> {
        Ok(())
    }

    fn lift(_: &[ValRaw], _: Guest<'_>) -> Result<Self, BadValue> {
        Ok(())
    }
}

impl Lift for String {
    const PARAM: Option<Param> = <Self as crate::abi::Lower>::PARAM;
    const RESULT: Option<Returned> =
        Some(Returned::new::<Self>(&[CoreType::I64], Kind::Memory, |ty| ty.is_some_and(is_string)));
    type Core = i64;

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        let (address, length) = unpack(&raw[0]);
        string_at(address, length, guest.memory)
    }

    fn lift_param(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        string_at(raw[0].get_u32(), raw[1].get_u32(), guest.memory)
    }
}

impl<T: ListElement> Lift for Vec<T> {
    const PARAM: Option<Param> = <Self as crate::abi::Lower>::PARAM;
    const RESULT: Option<Returned> =
        Some(Returned::new::<Self>(&[CoreType::I64], Kind::Memory, |ty| {
            ty.is_some_and(is_list::<T>)
        }));
    type Core = i64;

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        let (address, length) = unpack(&raw[0]);
        list_at(address, length, guest.memory)
    }

    fn lift_param(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        list_at(raw[0].get_u32(), raw[1].get_u32(), guest.memory)
    }
}

impl<T: HostLayout> Sealed for Pointer<T> {}

impl<T: HostLayout> Lift for Pointer<T> {
    const PARAM: Option<Param> =
        Some(Param::new::<Self>(&[CoreType::I32], Kind::Flat, is_pointer_to::<T>));
    const RESULT: Option<Returned> = Some(Returned::new::<Self>(
        &[CoreType::I32],
        // Not flat: the pointer stores the instance's id, which `Guest::NONE` lacks.
        Kind::Memory,
        |ty: Option<&ValueType>| ty.is_some_and(is_pointer_to::<T>),
    ));
    type Core = i32;

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        Ok(Pointer::new(raw[0].get_u32(), guest.instance))
    }
}

/// Tuples of numbers as several core results: implements the tuple of all given types, and every
/// shorter one.
macro_rules! tuples {
    ($($first:ident $($rest:ident)*)?) => {
        $(
            impl<$first: Number, $($rest: Number),*> Sealed for ($first, $($rest,)*) {}

            impl<$first: Number + WasmTy, $($rest: Number + WasmTy),*> Lift for ($first, $($rest,)*) {
                const PARAM: Option<Param> = None;
                const RESULT: Option<Returned> = None;
                const COUNT: usize = [stringify!($first), $(stringify!($rest)),*].len();
                type Core = Self;

                fn results() -> Vec<CoreType> {
                    vec![$first::CORE, $($rest::CORE),*]
                }

                fn is_result(core: &[CoreType]) -> bool {
                    core == [$first::CORE, $($rest::CORE),*]
                }

                #[inline]
                fn from_core(core: Self) -> Result<Self, BadValue> {
                    Ok(core)
                }

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

/// Unpacks the result of a string or list: the address from the high half, the length from the low.
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

/// A copy of the string of `length` bytes at `address`.
pub(crate) fn string_at(address: u32, length: u32, memory: &[u8]) -> Result<String, BadValue> {
    if length == 0 {
        return Ok(String::new());
    }
    let bytes = bytes_at(address, length, memory)?;
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(BadValue(format!("a string that is not UTF-8: {error}"))),
    }
}

fn list_at<T: ListElement>(address: u32, count: u32, memory: &[u8]) -> Result<Vec<T>, BadValue> {
    let bytes = elements(address, count, <T as ListElement>::SCALAR, memory)?;
    read_list(bytes).ok_or_else(|| {
        let found = bytes.iter().find(|byte| **byte > 1).copied().unwrap_or_default();
        BadValue(format!("{found} for a bool in a list, 0 or 1 expected"))
    })
}

/// The bytes of the list of `count` elements at `address`, which must not be null and must be
/// aligned and in bounds. The address of an empty list has no meaning.
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

/// The `length` bytes at `address`.
pub(crate) fn bytes_at(address: u32, length: u32, memory: &[u8]) -> Result<&[u8], BadValue> {
    let end = (address as usize).saturating_add(length as usize);
    memory.get(address as usize..end).ok_or_else(|| {
        BadValue(format!("{length} bytes at {address:#x}, which are not all in its memory"))
    })
}
