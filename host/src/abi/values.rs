//! Values of Rust on their way into a guest and out of it: numbers, bools, strings, records and
//! pointers; each checked when it comes from there.

use std::error::Error as StdError;
use std::fmt;

use polyreactor_contract::{BadMemory, ValueType};
use polyreactor_layout::{HostLayout, read_from, write_to};
use wasmtime::ValRaw;

use crate::abi::call_scope::{Block, Session};
use crate::abi::record::{difference, points_at};
use crate::{CoreType, Error};

/// A value that a guest handed over and that is none of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadValue(pub(crate) String);

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for BadValue {}

impl From<BadMemory> for BadValue {
    fn from(cause: BadMemory) -> Self {
        BadValue(cause.to_string())
    }
}

/// What [`Instance::invoke`](crate::Instance::invoke) passes: `bool`, the numbers from 32 bits,
/// `&str`, `&[T]` of [`ListElement`](crate::contract::ListElement)s, and `&T` or `&mut T` of a
/// [`HostLayout`], which the guest sees as a pointer.
pub trait Argument: sealed::Sealed {
    #[doc(hidden)]
    fn types() -> &'static [CoreType];
    /// Whether it is what the contract says, and how it is called.
    #[doc(hidden)]
    fn fits(ty: &ValueType) -> bool;
    /// What a message adds where it does not fit.
    #[doc(hidden)]
    fn difference(_: &ValueType) -> Option<String> {
        None
    }
    #[doc(hidden)]
    fn lower(
        &self,
        session: &mut Session<'_>,
        raw: &mut Vec<ValRaw>,
    ) -> Result<Option<Block>, Error>;
    /// Takes over what the guest made of it.
    #[doc(hidden)]
    fn take_back(&mut self, _: &[u8]) -> Result<(), BadValue> {
        Ok(())
    }
}

/// What a value is lifted out of.
#[derive(Clone, Copy)]
pub struct Guest<'a> {
    pub(crate) memory: &'a [u8],
    /// The instance's number.
    pub(crate) instance: u64,
}

/// What [`Instance::invoke`](crate::Instance::invoke) gives back: `()`, `bool`, the numbers from
/// 32 bits, [`String`], `Vec<T>` of [`ListElement`](crate::contract::ListElement)s, and
/// [`Pointer`](crate::Pointer).
pub trait Answer: Sized + sealed::Sealed {
    #[doc(hidden)]
    fn types() -> &'static [CoreType];
    #[doc(hidden)]
    fn fits(ty: Option<&ValueType>) -> bool;
    #[doc(hidden)]
    fn lift(raw: &ValRaw, guest: Guest<'_>) -> Result<Self, BadValue>;
}

/// What crosses is settled here: memory is read and written by it.
pub(crate) mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for () {}
impl sealed::Sealed for bool {}
impl sealed::Sealed for String {}
impl sealed::Sealed for &str {}
impl<T: HostLayout> sealed::Sealed for &T {}
impl<T: HostLayout> sealed::Sealed for &mut T {}

macro_rules! numbers {
    ($($number:ty: $ty:ident $put:expr, $get:expr, $($word:ident)|+;)*) => {$(
        impl sealed::Sealed for $number {}

        impl Argument for $number {
            fn types() -> &'static [CoreType] {
                &[CoreType::$ty]
            }

            fn fits(ty: &ValueType) -> bool {
                matches!(ty, $(ValueType::$word)|+)
            }

            fn lower(
                &self,
                _: &mut Session<'_>,
                raw: &mut Vec<ValRaw>,
            ) -> Result<Option<Block>, Error> {
                raw.push($put(*self));
                Ok(None)
            }
        }

        impl Answer for $number {
            fn types() -> &'static [CoreType] {
                &[CoreType::$ty]
            }

            fn fits(ty: Option<&ValueType>) -> bool {
                ty.is_some_and(<Self as Argument>::fits)
            }

            fn lift(raw: &ValRaw, _: Guest<'_>) -> Result<Self, BadValue> {
                Ok($get(raw))
            }
        }
    )*};
}

numbers! {
    i32: I32 ValRaw::i32, ValRaw::get_i32, S32 | U32;
    u32: I32 ValRaw::u32, ValRaw::get_u32, S32 | U32;
    i64: I64 ValRaw::i64, ValRaw::get_i64, S64 | U64;
    u64: I64 ValRaw::u64, ValRaw::get_u64, S64 | U64;
    f32: F32 |value: f32| ValRaw::f32(value.to_bits()), |raw: &ValRaw| f32::from_bits(raw.get_f32()), F32;
    f64: F64 |value: f64| ValRaw::f64(value.to_bits()), |raw: &ValRaw| f64::from_bits(raw.get_f64()), F64;
}

impl Argument for bool {
    fn types() -> &'static [CoreType] {
        &[CoreType::I32]
    }

    fn fits(ty: &ValueType) -> bool {
        *ty == ValueType::Bool
    }

    fn lower(&self, _: &mut Session<'_>, raw: &mut Vec<ValRaw>) -> Result<Option<Block>, Error> {
        raw.push(ValRaw::i32((*self).into()));
        Ok(None)
    }
}

impl Answer for bool {
    fn types() -> &'static [CoreType] {
        &[CoreType::I32]
    }

    fn fits(ty: Option<&ValueType>) -> bool {
        ty == Some(&ValueType::Bool)
    }

    fn lift(raw: &ValRaw, _: Guest<'_>) -> Result<Self, BadValue> {
        bool_of(raw.get_i32())
    }
}

impl Argument for &str {
    fn types() -> &'static [CoreType] {
        &[CoreType::I32, CoreType::I32]
    }

    fn fits(ty: &ValueType) -> bool {
        *ty == ValueType::String
    }

    fn lower(
        &self,
        session: &mut Session<'_>,
        raw: &mut Vec<ValRaw>,
    ) -> Result<Option<Block>, Error> {
        lower_text(self, session, raw).map(|()| None)
    }
}

/// An empty one takes no memory.
pub(crate) fn lower_text(
    text: &str,
    session: &mut Session<'_>,
    raw: &mut Vec<ValRaw>,
) -> Result<(), Error> {
    let (address, length) = match text.len() {
        0 => (0, 0),
        _ => session.lend(text.as_bytes(), 1).map(|block| (block.address, block.size))?,
    };
    raw.extend([ValRaw::u32(address), ValRaw::u32(length)]);
    Ok(())
}

impl Answer for String {
    fn types() -> &'static [CoreType] {
        &[CoreType::I64]
    }

    fn fits(ty: Option<&ValueType>) -> bool {
        ty == Some(&ValueType::String)
    }

    fn lift(raw: &ValRaw, guest: Guest<'_>) -> Result<Self, BadValue> {
        let packed = raw.get_u64();
        // The high half is the address, the low one the length.
        text((packed >> 32) as u32, packed as u32, guest.memory)
    }
}

impl Answer for () {
    fn types() -> &'static [CoreType] {
        &[]
    }

    fn fits(ty: Option<&ValueType>) -> bool {
        ty.is_none()
    }

    fn lift(_: &ValRaw, _: Guest<'_>) -> Result<Self, BadValue> {
        Ok(())
    }
}

/// What a pointer to a record is, and what more the one has that can be written through.
macro_rules! pointers {
    ($($pointer:ty { $($more:tt)* })*) => {$(
        impl<T: HostLayout> Argument for $pointer {
            fn types() -> &'static [CoreType] {
                &[CoreType::I32]
            }

            fn fits(ty: &ValueType) -> bool {
                points_at::<T>(ty)
            }

            fn difference(ty: &ValueType) -> Option<String> {
                difference::<T>(ty)
            }

            fn lower(
                &self,
                session: &mut Session<'_>,
                raw: &mut Vec<ValRaw>,
            ) -> Result<Option<Block>, Error> {
                let mut bytes = vec![0; size_of::<T>()];
                write_to::<T>(self, &mut bytes);
                let block = session.lend(&bytes, align_of::<T>() as u32)?;
                raw.push(ValRaw::u32(block.address));
                Ok(Some(block))
            }

            $($more)*
        }
    )*};
}

pointers! {
    &T {}
    &mut T {
        fn take_back(&mut self, bytes: &[u8]) -> Result<(), BadValue> {
            **self = record(bytes)?;
            Ok(())
        }
    }
}

pub(crate) fn check_pointer(address: u32, align: u32) -> Result<(), BadValue> {
    if address == 0 {
        return Err(BadValue("a null pointer".to_owned()));
    }
    if !address.is_multiple_of(align) {
        let text = format!("the pointer {address:#x}, which is no multiple of {align}");
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

/// The bytes that lie there.
pub(crate) fn piece(address: u32, length: u32, memory: &[u8]) -> Result<&[u8], BadValue> {
    let end = address as usize + length as usize;
    memory.get(address as usize..end).ok_or_else(|| {
        BadValue(format!("{length} bytes at {address:#x}, which are not all in its memory"))
    })
}

pub(crate) fn record<T: HostLayout>(bytes: &[u8]) -> Result<T, BadValue> {
    read_from(bytes).ok_or_else(|| BadValue("a bool that is neither 0 nor 1".to_owned()))
}
