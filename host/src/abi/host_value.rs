//! What crosses between a guest and a host function: core values in, Rust's own out, and back.

use std::any::type_name;
use std::error::Error as StdError;
use std::sync::Arc;

use polyreactor_contract::{Signature, ValueType};
use polyreactor_layout::HostLayout;
use wasmtime::ValRaw;

use crate::abi::record::points_at;
use crate::abi::values::{self as passing, Answer, Argument, BadValue, Guest};
use crate::{Caller, CoreType, Pointer};

/// What a host function takes: `bool`, a [`Number`](crate::Number), [`String`], a [`Pointer`], or
/// a `Vec<T>` of [`ListElement`](crate::contract::ListElement)s.
pub trait HostParam: Sized + 'static {
    #[doc(hidden)]
    const PARAM: Param;
    #[doc(hidden)]
    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue>;
}

/// What a host function gives back: `()`, `bool`, a [`Number`](crate::Number), [`String`], a
/// `Vec<T>` of [`ListElement`](crate::contract::ListElement)s, or a [`Result`] of one of them.
///
/// A string or a list is put into memory that the guest's allocator gives. That can't be called while
/// `_initialize` is running, so a guest that asks for one there, in `#[init]` or in an `init()` of
/// Go's, ends with [`Error::NotReady`](crate::Error::NotReady) as the cause.
pub trait HostResult: Sized {
    #[doc(hidden)]
    const GIVES: Gives;
    #[doc(hidden)]
    fn lower(self, caller: &mut Caller<'_>) -> Result<ValRaw, Arc<dyn StdError + Send + Sync>>;
}

/// A parameter's type.
#[derive(Clone, Copy)]
pub struct Param {
    pub(crate) core: &'static [CoreType],
    /// `None` where it is a number, which the contract may call what it wants to.
    pub(crate) fits: Option<fn(&ValueType) -> bool>,
    pub(crate) needs_memory: bool,
    pub(crate) name: fn() -> &'static str,
}

/// A result's type.
#[derive(Clone, Copy)]
pub struct Gives {
    pub(crate) core: &'static [CoreType],
    pub(crate) fits: Option<fn(Option<&ValueType>) -> bool>,
    pub(crate) name: fn() -> &'static str,
}

/// The type of a host function.
pub(crate) struct HostType {
    pub(crate) params: Vec<Param>,
    pub(crate) gives: Gives,
}

impl HostType {
    /// Whether it is what a contract says of it. Its core type has been compared already.
    pub(crate) fn is(&self, declared: &Signature) -> bool {
        let mut begins = 0;
        let begins = declared.parameters().iter().map(|parameter| {
            let at = begins;
            begins += parameter.ty.core_parameters().len();
            (at, &parameter.ty)
        });
        let begins: Vec<_> = begins.collect();
        let mut at = 0;
        let params = self.params.iter().all(|param| {
            let ty = begins.iter().find(|(begins, _)| *begins == at).map(|(_, ty)| *ty);
            at += param.core.len();
            param.fits.is_none_or(|fits| ty.is_some_and(fits))
        });
        params && self.gives.fits.is_none_or(|fits| fits(declared.result()))
    }

    /// As Rust has it.
    pub(crate) fn text(&self) -> String {
        let params: Vec<_> = self.params.iter().map(|param| (param.name)()).collect();
        format!("({}) -> {}", params.join(", "), (self.gives.name)())
    }
}

macro_rules! numbers {
    ($($number:ty: $ty:ident $put:expr;)*) => {$(
        impl HostParam for $number {
            const PARAM: Param = Param {
                core: &[CoreType::$ty],
                fits: None,
                needs_memory: false,
                name: type_name::<$number>,
            };

            fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
                Answer::lift(&raw[0], guest)
            }
        }

        impl HostResult for $number {
            const GIVES: Gives =
                Gives { core: &[CoreType::$ty], fits: None, name: type_name::<$number> };

            fn lower(
                self,
                _: &mut Caller<'_>,
            ) -> Result<ValRaw, Arc<dyn StdError + Send + Sync>> {
                Ok($put(self))
            }
        }
    )*};
}

numbers! {
    i32: I32 ValRaw::i32;
    u32: I32 ValRaw::u32;
    i64: I64 ValRaw::i64;
    u64: I64 ValRaw::u64;
    f32: F32 |value: f32| ValRaw::f32(value.to_bits());
    f64: F64 |value: f64| ValRaw::f64(value.to_bits());
}

impl HostParam for bool {
    const PARAM: Param = Param {
        core: &[CoreType::I32],
        fits: Some(<bool as Argument>::fits),
        needs_memory: false,
        name: type_name::<bool>,
    };

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        Answer::lift(&raw[0], guest)
    }
}

impl HostParam for String {
    const PARAM: Param = Param {
        core: &[CoreType::I32, CoreType::I32],
        fits: Some(<&str as Argument>::fits),
        needs_memory: true,
        name: || "String",
    };

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        passing::text(raw[0].get_u32(), raw[1].get_u32(), guest.memory)
    }
}

impl<T: HostLayout> HostParam for Pointer<T> {
    const PARAM: Param = Param {
        core: &[CoreType::I32],
        fits: Some(points_at::<T>),
        needs_memory: false,
        name: type_name::<Pointer<T>>,
    };

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        Answer::lift(&raw[0], guest)
    }
}

impl HostResult for () {
    const GIVES: Gives = Gives { core: &[], fits: None, name: type_name::<()> };

    fn lower(self, _: &mut Caller<'_>) -> Result<ValRaw, Arc<dyn StdError + Send + Sync>> {
        Ok(ValRaw::i32(0))
    }
}

impl HostResult for bool {
    const GIVES: Gives = Gives {
        core: &[CoreType::I32],
        fits: Some(<bool as Answer>::fits),
        name: type_name::<bool>,
    };

    fn lower(self, _: &mut Caller<'_>) -> Result<ValRaw, Arc<dyn StdError + Send + Sync>> {
        Ok(ValRaw::i32(self.into()))
    }
}

impl HostResult for String {
    const GIVES: Gives =
        Gives { core: &[CoreType::I64], fits: Some(<String as Answer>::fits), name: || "String" };

    fn lower(self, caller: &mut Caller<'_>) -> Result<ValRaw, Arc<dyn StdError + Send + Sync>> {
        match caller.give(self.as_bytes(), 1) {
            // The length fits, as the guest has had room for it.
            Ok(address) => Ok(ValRaw::u64(u64::from(address) << 32 | self.len() as u64)),
            Err(error) => Err(Arc::new(error)),
        }
    }
}

impl<T: HostResult, E: Into<Box<dyn StdError + Send + Sync>>> HostResult for Result<T, E> {
    const GIVES: Gives = T::GIVES;

    fn lower(self, caller: &mut Caller<'_>) -> Result<ValRaw, Arc<dyn StdError + Send + Sync>> {
        match self {
            Ok(value) => value.lower(caller),
            Err(error) => Err(error.into().into()),
        }
    }
}
