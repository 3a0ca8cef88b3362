//! [`Lower`]: Rust types whose values can be lowered into a guest.

use std::error::Error as StdError;
use std::sync::Arc;

use polyreactor_contract::{CoreType, ValueType};
use polyreactor_layout::{HostLayout, ListElement, list_bytes, read_from, write_to};
use wasmtime::{ValRaw, WasmTy};

use crate::abi::call_scope::{Allocation, CallScope, GuestAlloc};
use crate::abi::place::{Kind, Param, Raw, Returned};
use crate::abi::record::{difference, is_pointer_to};
use crate::error::{BadValue, CallError};

/// A Rust type whose values can be lowered into a guest: as an argument of an export, or as the
/// result of a host function.
///
/// | Rust type | type in a contract | as an argument | as a host function's result |
/// |---|---|---|---|
/// | `bool` | `bool` | yes | yes |
/// | `i32 u32 i64 u64 f32 f64` | `s32 u32 s64 u64 f32 f64` | yes | yes |
/// | `&str`, `String` | `string` | copied in | copied in, owned by the guest |
/// | `&[T]`, `Vec<T>`, `T` bool or number | `list<T>` | copied in | copied in, owned by the guest |
/// | `&T`, `T` a [`HostLayout`] | `ptr<T>` | copied in | no |
/// | `&mut T`, `T` a [`HostLayout`] | `ptr<T>` | copied in, and back after the call | no |
/// | `()` | no result | no | yes |
/// | `Result<T, E>` | as `T` | no | an error ends the call with [`CallError::HostFunction`] |
///
/// "Copied in" means: into memory from the guest's allocator. The host frees the memory of an
/// argument after the call; the guest owns, and has to free, the memory of a host function's
/// result. Guests that are built with the guest packages export an allocator. The host can't call
/// the allocator while `_initialize` is running.
///
/// The trait is sealed: no other crate can implement it.
pub trait Lower: sealed::Sealed + Sized {
    /// The same type with another lifetime.
    #[doc(hidden)]
    type With<'a>: Lower<Core = Self::Core>;
    /// The core value that an argument without guest memory is.
    #[doc(hidden)]
    type Core: Number + WasmTy;
    /// The type with a `'static` lifetime: its `TypeId` identifies the type.
    #[doc(hidden)]
    type Key: 'static;
    #[doc(hidden)]
    const PARAM: Option<Param>;
    #[doc(hidden)]
    const RESULT: Option<Returned>;
    /// Lowers an argument that needs no guest memory.
    #[doc(hidden)]
    fn to_core(&self) -> Self::Core {
        unreachable!("an argument of this type needs guest memory")
    }
    /// Lowers an argument. Returns the allocation that [`write_back`](Lower::write_back) reads
    /// after the call.
    #[doc(hidden)]
    fn lower(&self, _: &mut CallScope<'_>, raw: &mut Raw) -> Result<Option<Allocation>, CallError> {
        raw.push(self.to_core().to_raw());
        Ok(None)
    }
    /// Replaces a `&mut T` argument's content by the bytes that the guest has left behind it.
    #[doc(hidden)]
    fn write_back(&mut self, _: &[u8]) -> Result<(), BadValue> {
        Ok(())
    }
    /// Lowers a host function's result.
    #[doc(hidden)]
    fn lower_result(self, _: &mut dyn Allocator) -> Result<ValRaw, Failure> {
        unreachable!("this type can't be the result of a host function")
    }
}

/// Access to the guest's allocator. Fails while `_initialize` is running.
pub trait Allocator {
    #[doc(hidden)]
    fn guest_alloc(&mut self) -> Result<GuestAlloc<'_>, CallError>;
}

/// The cause of a failed host function: the embedder's error, or that of lowering its result.
pub(crate) type Failure = Arc<dyn StdError + Send + Sync>;

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// A number type, which is one core value.
pub trait Number: Copy + 'static {
    #[doc(hidden)]
    const CORE: CoreType;
    #[doc(hidden)]
    fn to_raw(self) -> ValRaw;
    #[doc(hidden)]
    fn from_raw(raw: &ValRaw) -> Self;
    #[doc(hidden)]
    fn is(ty: &ValueType) -> bool;
}

macro_rules! numbers {
    ($($number:ty: $ty:ident $put:expr, $get:expr, $($word:ident)|+;)*) => {$(
        impl Number for $number {
            const CORE: CoreType = CoreType::$ty;

            #[inline]
            fn to_raw(self) -> ValRaw {
                $put(self)
            }

            #[inline]
            fn from_raw(raw: &ValRaw) -> Self {
                $get(raw)
            }

            fn is(ty: &ValueType) -> bool {
                matches!(ty, $(ValueType::$word)|+)
            }
        }

        impl sealed::Sealed for $number {}

        impl Lower for $number {
            type With<'a> = Self;
            type Core = Self;
            type Key = Self;
            const PARAM: Option<Param> =
                Some(Param::new::<Self>(&[CoreType::$ty], Kind::Number, <Self as Number>::is));
            const RESULT: Option<Returned> =
                Some(Returned::new::<Self>(&[CoreType::$ty], Kind::Number, |ty| {
                    ty.is_some_and(<Self as Number>::is)
                }));

            #[inline]
            fn to_core(&self) -> Self {
                *self
            }

            fn lower_result(self, _: &mut dyn Allocator) -> Result<ValRaw, Failure> {
                Ok(self.to_raw())
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

impl sealed::Sealed for bool {}

impl Lower for bool {
    type With<'a> = Self;
    type Core = i32;
    type Key = Self;
    const PARAM: Option<Param> =
        Some(Param::new::<Self>(&[CoreType::I32], Kind::Flat, |ty| *ty == ValueType::Bool));
    const RESULT: Option<Returned> =
        Some(Returned::new::<Self>(&[CoreType::I32], Kind::Flat, |ty| {
            ty == Some(&ValueType::Bool)
        }));

    #[inline]
    fn to_core(&self) -> i32 {
        (*self).into()
    }

    fn lower_result(self, _: &mut dyn Allocator) -> Result<ValRaw, Failure> {
        Ok(ValRaw::i32(self.into()))
    }
}

impl sealed::Sealed for () {}

impl Lower for () {
    type With<'a> = Self;
    type Core = i32;
    type Key = Self;
    const PARAM: Option<Param> = None;
    const RESULT: Option<Returned> =
        Some(Returned::new::<Self>(&[], Kind::Flat, |ty| ty.is_none()));

    fn lower_result(self, _: &mut dyn Allocator) -> Result<ValRaw, Failure> {
        Ok(ValRaw::i32(0))
    }
}

/// Strings and lists: two core parameters, address and number of elements, which are packed into
/// one core result. `$fits` decides whether the type fits a contract's type, `$parts` returns the
/// bytes, their alignment and the number of elements.
macro_rules! sequences {
    ($($ty:ty, $with:ty, $key:ty, $fits:expr, $parts:expr $(, $element:ident)?;)*) => {$(
        impl $(<$element: ListElement>)? sealed::Sealed for $ty {}

        impl $(<$element: ListElement>)? Lower for $ty {
            type With<'a> = $with;
            type Core = i32;
            type Key = $key;
            const PARAM: Option<Param> =
                Some(Param::new::<$ty>(&[CoreType::I32, CoreType::I32], Kind::Memory, $fits));
            const RESULT: Option<Returned> =
                Some(Returned::new::<$ty>(&[CoreType::I64], Kind::Memory, |ty| {
                    ty.is_some_and($fits)
                }));

            fn lower(
                &self,
                scope: &mut CallScope<'_>,
                raw: &mut Raw,
            ) -> Result<Option<Allocation>, CallError> {
                let (bytes, align_bytes, count) = $parts(self);
                lower_sequence(bytes, align_bytes, count, scope, raw).map(|()| None)
            }

            fn lower_result(self, alloc: &mut dyn Allocator) -> Result<ValRaw, Failure> {
                let (bytes, align_bytes, count) = $parts(&self);
                match lower_owned(bytes, align_bytes, count, alloc) {
                    Ok(packed) => Ok(ValRaw::u64(packed)),
                    Err(error) => Err(Arc::new(error)),
                }
            }
        }
    )*};
}

sequences! {
    &str, &'a str, &'static str, is_string, text_parts;
    String, String, String, is_string, text_parts;
    &[T], &'a [T], &'static [T], is_list::<T>, list_parts, T;
    Vec<T>, Vec<T>, Vec<T>, is_list::<T>, list_parts, T;
}

pub(crate) fn is_string(ty: &ValueType) -> bool {
    *ty == ValueType::String
}

pub(crate) fn is_list<T: ListElement>(ty: &ValueType) -> bool {
    *ty == ValueType::List(<T as ListElement>::SCALAR)
}

fn text_parts(text: &impl AsRef<str>) -> (&[u8], u32, usize) {
    let bytes = text.as_ref().as_bytes();
    (bytes, 1, bytes.len())
}

fn list_parts<T: ListElement>(list: &impl AsRef<[T]>) -> (&[u8], u32, usize) {
    let list = list.as_ref();
    (list_bytes(list), align_of::<T>() as u32, list.len())
}

/// Lowers a string or list argument. An empty one needs no memory.
pub(crate) fn lower_sequence(
    bytes: &[u8],
    align_bytes: u32,
    count: usize,
    scope: &mut CallScope<'_>,
    raw: &mut Raw,
) -> Result<(), CallError> {
    let address = match bytes {
        [] => 0,
        bytes => scope.alloc_copy(bytes, align_bytes)?.address,
    };
    raw.push(ValRaw::u32(address));
    // No truncation: there are at most as many elements as bytes, and `alloc_copy` accepts at most
    // `u32::MAX` bytes.
    raw.push(ValRaw::u32(count as u32));
    Ok(())
}

/// Lowers a string or list result into memory that the guest owns from then on. Returns the address
/// in the high half and the number of elements in the low half; 0 for an empty one, which needs no
/// memory.
pub(crate) fn lower_owned(
    bytes: &[u8],
    align_bytes: u32,
    count: usize,
    allocator: &mut dyn Allocator,
) -> Result<u64, CallError> {
    if bytes.is_empty() {
        return Ok(0);
    }
    let address = allocator.guest_alloc()?.alloc_copy(bytes, align_bytes)?.address;
    Ok(u64::from(address) << 32 | count as u64)
}

/// References to records; `$more` is the `write_back` of mutable references.
macro_rules! references {
    ($($ty:ty, $with:ty, $key:ty { $($more:tt)* })*) => {$(
        impl<T: HostLayout> sealed::Sealed for $ty {}

        impl<T: HostLayout> Lower for $ty {
            type With<'a> = $with;
            type Core = i32;
            type Key = $key;
            const PARAM: Option<Param> = Some(Param {
                difference: difference::<T>,
                ..Param::new::<$ty>(&[CoreType::I32], Kind::Memory, is_pointer_to::<T>)
            });
            const RESULT: Option<Returned> = None;

            fn lower(
                &self,
                scope: &mut CallScope<'_>,
                raw: &mut Raw,
            ) -> Result<Option<Allocation>, CallError> {
                let allocation = lower_record::<T>(self, scope)?;
                raw.push(ValRaw::u32(allocation.address));
                Ok(Some(allocation))
            }

            $($more)*
        }
    )*};
}

references! {
    &T, &'a T, &'static T {}
    &mut T, &'a mut T, &'static mut T {
        fn write_back(&mut self, bytes: &[u8]) -> Result<(), BadValue> {
            **self = lift_record(bytes)?;
            Ok(())
        }
    }
}

fn lower_record<T: HostLayout>(
    value: &T,
    scope: &mut CallScope<'_>,
) -> Result<Allocation, CallError> {
    /// Size up to which a record is copied through the host's stack, in bytes: most records.
    const SMALL: usize = 256;
    let size = size_of::<T>();
    let align_bytes = align_of::<T>() as u32;
    let (mut small, mut large) = ([0; SMALL], Vec::new());
    let bytes = match small.get_mut(..size) {
        Some(bytes) => bytes,
        None => {
            large.resize(size, 0);
            &mut large[..]
        }
    };
    write_to::<T>(value, bytes);
    scope.alloc_copy(bytes, align_bytes)
}

pub(crate) fn lift_record<T: HostLayout>(bytes: &[u8]) -> Result<T, BadValue> {
    read_from(bytes).ok_or_else(|| BadValue("a bool that is neither 0 nor 1".to_owned()))
}

impl<T: Lower, E: Into<Box<dyn StdError + Send + Sync>>> sealed::Sealed for Result<T, E> {}

impl<T: Lower, E: Into<Box<dyn StdError + Send + Sync>> + 'static> Lower for Result<T, E> {
    type With<'a> = Result<T::With<'a>, E>;
    type Core = T::Core;
    type Key = Result<T::Key, E>;
    const PARAM: Option<Param> = None;
    const RESULT: Option<Returned> = T::RESULT;

    fn lower_result(self, alloc: &mut dyn Allocator) -> Result<ValRaw, Failure> {
        match self {
            Ok(value) => value.lower_result(alloc),
            Err(error) => Err(error.into().into()),
        }
    }
}
