//! The Rust types that a typed call takes and gives back, and the signature that they stand for.

use wasmtime::{WasmParams, WasmResults, WasmTy};

use crate::{CoreType, FuncType};

/// A Rust number that a guest knows: `i32 u32 i64 u64 f32 f64`.
pub trait Number: WasmTy + Send + sealed::Sealed {
    #[doc(hidden)]
    fn ty() -> CoreType;
}

/// What can be passed to an export: `()`, a [`Number`], or a tuple of up to 16.
pub trait Params: WasmParams + Send + sealed::Sealed {
    #[doc(hidden)]
    fn types() -> Vec<CoreType>;
}

/// What an export can give back: `()`, a [`Number`], or a tuple of them.
///
/// Go and Zig can't write an export with more than one result (R008).
pub trait Results: WasmResults + Send + sealed::Sealed {
    #[doc(hidden)]
    fn types() -> Vec<CoreType>;
}

/// The signature that `P` and `R` stand for.
pub(crate) fn signature<P: Params, R: Results>() -> FuncType {
    FuncType::new(P::types(), R::types())
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! numbers {
    ($($number:ty => $ty:ident),*) => {$(
        impl sealed::Sealed for $number {}

        impl Number for $number {
            fn ty() -> CoreType {
                CoreType::$ty
            }
        }

        impl Params for $number {
            fn types() -> Vec<CoreType> {
                vec![CoreType::$ty]
            }
        }

        impl Results for $number {
            fn types() -> Vec<CoreType> {
                vec![CoreType::$ty]
            }
        }
    )*};
}

numbers!(i32 => I32, u32 => I32, i64 => I64, u64 => I64, f32 => F32, f64 => F64);

/// Implements both traits for the tuple of these, and for every shorter one.
macro_rules! tuples {
    ($($first:ident $($rest:ident)*)?) => {
        impl<$($first: Number, $($rest: Number),*)?> sealed::Sealed
            for ($($first, $($rest,)*)?) {}

        impl<$($first: Number, $($rest: Number),*)?> Params for ($($first, $($rest,)*)?) {
            fn types() -> Vec<CoreType> {
                vec![$($first::ty(), $($rest::ty()),*)?]
            }
        }

        impl<$($first: Number, $($rest: Number),*)?> Results for ($($first, $($rest,)*)?) {
            fn types() -> Vec<CoreType> {
                vec![$($first::ty(), $($rest::ty()),*)?]
            }
        }

        $(tuples!($($rest)*);)?
    };
}

tuples!(A B C D E F G H I J K L M N O P);
