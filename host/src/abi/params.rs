//! [`Params`]: the arguments of a call, as a tuple.

use polyreactor_contract::{CoreType, Parameter};
use wasmtime::WasmParams;

use crate::abi::call_scope::{Allocation, CallScope};
use crate::abi::lower::{Lower, Number};
use crate::abi::place::{Kind, Raw};
use crate::error::{BadValue, CallError};

/// The arguments of a call of an export: `()`, a tuple of up to 16 values whose types are
/// [`Lower`], or a single number, bool or `&str` without a tuple.
///
/// ```
/// # use polyreactor_host::{Engine, EngineConfig, Instance, InstanceConfig, Reactor};
/// # let bytes = wat::parse_str(r#"
/// #     (module (memory (export "memory") 1) (func (export "_initialize"))
/// #       (func (export "add") (param i32 i32) (result i32)
/// #         (i32.add (local.get 0) (local.get 1))))"#)?;
/// # let reactor = Reactor::from_bytes(&Engine::new(&EngineConfig::new())?, &bytes)?;
/// # let mut instance = reactor.instantiate(&InstanceConfig::new())?;
/// let sum: i32 = instance.call("add", (2, 3))?;
/// # assert_eq!(sum, 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Params: Sized {
    /// The same types with another lifetime, so that each call of a [`Func`](crate::Func) can pass
    /// references with a lifetime of its own.
    type With<'a>: Params<Core = Self::Core>;
    /// The core arguments, where no argument needs guest memory.
    #[doc(hidden)]
    type Core: WasmParams + 'static;
    #[doc(hidden)]
    type Key: 'static;
    /// Whether all arguments are lowered without guest memory.
    #[doc(hidden)]
    const IS_FLAT: bool;
    /// The guest memory behind pointer arguments, for the duration of the call.
    #[doc(hidden)]
    type Allocations;
    #[doc(hidden)]
    fn core() -> Vec<CoreType>;
    #[doc(hidden)]
    fn is_core(types: &[CoreType]) -> bool;
    #[doc(hidden)]
    fn fit(parameters: &[Parameter]) -> bool;
    /// The differences that an error message adds where the types do not fit.
    #[doc(hidden)]
    fn differences(parameters: &[Parameter]) -> String;
    /// Lowers arguments that need no guest memory.
    #[doc(hidden)]
    fn to_core(&self) -> Self::Core;
    /// The same as [`to_core`](Params::to_core), to an array.
    #[doc(hidden)]
    fn lower_flat(&self, raw: &mut Raw);
    #[doc(hidden)]
    fn lower(
        &self,
        scope: &mut CallScope<'_>,
        raw: &mut Raw,
    ) -> Result<Self::Allocations, CallError>;
    #[doc(hidden)]
    fn write_back(
        &mut self,
        scope: &mut CallScope<'_>,
        allocations: &Self::Allocations,
    ) -> Result<(), BadValue>;
}

/// The core types of one parameter.
const fn core_of<T: Lower>() -> &'static [CoreType] {
    const { assert!(T::PARAM.is_some(), "this type can't be a parameter of an export") };
    match &T::PARAM {
        Some(param) => param.core,
        None => &[],
    }
}

const fn is_flat<T: Lower>() -> bool {
    match &T::PARAM {
        Some(param) => !matches!(param.kind, Kind::Memory),
        None => true,
    }
}

fn fits<T: Lower>(parameter: &Parameter) -> bool {
    T::PARAM.is_some_and(|param| (param.fits)(&parameter.ty))
}

fn difference<T: Lower>(parameter: &Parameter) -> Option<String> {
    T::PARAM.and_then(|param| (param.difference)(&parameter.ty))
}

macro_rules! tuples {
    ($($ty:ident $number:tt)*) => {
        impl<$($ty: Lower),*> Params for ($($ty,)*) {
            type With<'a> = ($($ty::With<'a>,)*);
            type Core = ($($ty::Core,)*);
            type Key = ($($ty::Key,)*);
            const IS_FLAT: bool = true $(&& is_flat::<$ty>())*;
            type Allocations = ($(tuples!(@allocation $ty),)*);

            fn core() -> Vec<CoreType> {
                let types: &[&[CoreType]] = &[$(core_of::<$ty>()),*];
                types.concat()
            }

            fn is_core(types: &[CoreType]) -> bool {
                let own: &[&[CoreType]] = &[$(core_of::<$ty>()),*];
                own.iter().copied().flatten().eq(types)
            }

            fn fit(parameters: &[Parameter]) -> bool {
                const COUNT: usize = [$($number),*].len();
                parameters.len() == COUNT $(&& fits::<$ty>(&parameters[$number]))*
            }

            fn differences(parameters: &[Parameter]) -> String {
                let differences: &[fn(&Parameter) -> Option<String>] = &[$(difference::<$ty>),*];
                let pairs = differences.iter().zip(parameters);
                pairs.filter_map(|(difference, parameter)| difference(parameter)).collect()
            }

            #[inline]
            fn to_core(&self) -> Self::Core {
                ($(self.$number.to_core(),)*)
            }

            #[inline]
            fn lower_flat(&self, raw: &mut Raw) {
                $(raw.push(self.$number.to_core().to_raw());)*
            }

            fn lower(
                &self,
                _scope: &mut CallScope<'_>,
                _raw: &mut Raw,
            ) -> Result<Self::Allocations, CallError> {
                Ok(($(self.$number.lower(_scope, _raw)?,)*))
            }

            fn write_back(
                &mut self,
                _scope: &mut CallScope<'_>,
                _allocations: &Self::Allocations,
            ) -> Result<(), BadValue> {
                $(if let Some(allocation) = _allocations.$number {
                    self.$number.write_back(_scope.bytes(allocation))?;
                })*
                Ok(())
            }
        }
    };
    (@allocation $ty:ident) => { Option<Allocation> };
}

impl Params for () {
    type With<'a> = ();
    type Core = ();
    type Key = ();
    const IS_FLAT: bool = true;
    type Allocations = ();

    fn core() -> Vec<CoreType> {
        Vec::new()
    }

    fn is_core(types: &[CoreType]) -> bool {
        types.is_empty()
    }

    fn fit(parameters: &[Parameter]) -> bool {
        parameters.is_empty()
    }

    fn differences(_: &[Parameter]) -> String {
        String::new()
    }

    #[inline]
    fn to_core(&self) {}

    #[inline]
    fn lower_flat(&self, _: &mut Raw) {}

    fn lower(&self, _: &mut CallScope<'_>, _: &mut Raw) -> Result<(), CallError> {
        Ok(())
    }

    fn write_back(&mut self, _: &mut CallScope<'_>, (): &()) -> Result<(), BadValue> {
        Ok(())
    }
}

tuples!(A 0);
tuples!(A 0 B 1);
tuples!(A 0 B 1 C 2);
tuples!(A 0 B 1 C 2 D 3);
tuples!(A 0 B 1 C 2 D 3 E 4);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15);

/// A single argument without a tuple around it.
macro_rules! single {
    ($($ty:ty, $with:ty, $key:ty, $core:ty;)*) => {$(
        impl Params for $ty {
            type With<'a> = $with;
            type Core = $core;
            type Key = ($key,);
            const IS_FLAT: bool = is_flat::<$ty>();
            type Allocations = Option<Allocation>;

            fn core() -> Vec<CoreType> {
                core_of::<$ty>().to_vec()
            }

            fn is_core(types: &[CoreType]) -> bool {
                core_of::<$ty>() == types
            }

            fn fit(parameters: &[Parameter]) -> bool {
                matches!(parameters, [one] if fits::<$ty>(one))
            }

            fn differences(_: &[Parameter]) -> String {
                String::new()
            }

            #[inline]
            fn to_core(&self) -> Self::Core {
                Lower::to_core(self)
            }

            #[inline]
            fn lower_flat(&self, raw: &mut Raw) {
                raw.push(Lower::to_core(self).to_raw());
            }

            fn lower(
                &self,
                scope: &mut CallScope<'_>,
                raw: &mut Raw,
            ) -> Result<Option<Allocation>, CallError> {
                Lower::lower(self, scope, raw)
            }

            fn write_back(
                &mut self,
                _: &mut CallScope<'_>,
                _: &Option<Allocation>,
            ) -> Result<(), BadValue> {
                Ok(())
            }
        }
    )*};
}

single! {
    i32, i32, i32, i32;
    u32, u32, u32, u32;
    i64, i64, i64, i64;
    u64, u64, u64, u64;
    f32, f32, f32, f32;
    f64, f64, f64, f64;
    bool, bool, bool, i32;
    &str, &'a str, &'static str, i32;
}
