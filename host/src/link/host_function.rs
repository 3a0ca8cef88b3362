//! [`HostFunction`]: closures of the embedder that guests can call.

use std::error::Error as StdError;
use std::mem::MaybeUninit;
use std::sync::Arc;

use polyreactor_contract::{CoreType, Signature, Val};
use wasmtime::{FuncType, ValRaw};

use crate::abi::core::engine_type;
use crate::abi::place::{Kind, Param, Returned};
use crate::abi::{Failure, Guest, Lift, Lower, dynamic};
use crate::call::Caller;
use crate::engine::Engine;
use crate::error::{BadValue, HostFunctionError};
use crate::instance::access::private::Enter;
use crate::instance::life_cycle::PoisonedMeanwhile;
use crate::instance::state::State;

/// A closure that guests can call: its parameters are a [`Caller`] and up to 16 types that are
/// [`Lift`], its result is a type that is [`Lower`], such as a number, a `String`, or a `Result` of
/// one.
///
/// ```
/// use polyreactor_host::{Caller, Engine, EngineConfig, Linker};
///
/// let mut linker = Linker::new(&Engine::new(&EngineConfig::new())?);
/// linker.func("host", "shout", |_: &mut Caller<'_>, text: String, twice: bool| -> String {
///     let loud = text.to_uppercase();
///     if twice { format!("{loud} {loud}") } else { loud }
/// })?;
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
///
/// The arguments are checked before the closure is called. A string that is not UTF-8, a string or
/// list that is not in the guest's memory, or a bool that is neither 0 nor 1 ends the call with
/// [`CallError::HostFunction`](crate::CallError::HostFunction), whose cause is a [`BadValue`], and
/// poisons the instance. The address of a [`Pointer`](crate::Pointer) is checked when the closure
/// reads or writes through the pointer.
///
/// A string or list that the closure returns is copied into memory that the guest's allocator
/// (`polyreactor_alloc`) returns; the guest owns that memory and has to free it. Empty strings and
/// lists need no memory. The allocator can't be called while `_initialize` is running: a guest
/// whose `#[init]` (Rust) or `init()` (Go) calls such a host function fails to initialise, with
/// [`CallError::NotReady`](crate::CallError::NotReady) as the cause of
/// [`CallError::HostFunction`](crate::CallError::HostFunction).
pub trait HostFunction<P, R>: Send + Sync + 'static {
    #[doc(hidden)]
    fn define(self, engine: &Engine, import: &Arc<str>) -> Definition;
}

/// A host function in the form that a linker stores.
pub struct Definition {
    pub(super) ty: HostType,
    pub(super) func_type: FuncType,
    pub(super) body: Body,
}

type Body = Box<
    dyn Fn(wasmtime::Caller<'_, State>, &mut [MaybeUninit<ValRaw>]) -> wasmtime::Result<()>
        + Send
        + Sync,
>;

/// The type of a host function.
pub(super) enum HostType {
    /// That of a Rust closure.
    Rust { params: Vec<Param>, result: Returned },
    /// That of a dynamic host function.
    Declared(Signature),
}

impl HostType {
    /// Whether the type fits the signature that a contract declares. The caller has compared the
    /// core types already, so a number fits as any part of a declared parameter: a `u32` as the
    /// length of a string, say.
    pub(super) fn fits(&self, declared: &Signature) -> bool {
        let (params, result) = match self {
            HostType::Rust { params, result } => (params, result),
            HostType::Declared(own) => {
                let types = |signature: &Signature| -> Vec<_> {
                    signature.parameters().iter().map(|parameter| parameter.ty.clone()).collect()
                };
                return types(own) == types(declared) && own.result() == declared.result();
            }
        };
        let mut next_core = 0;
        let declared_types = declared.parameters().iter().map(|parameter| {
            let first_core = next_core;
            next_core += parameter.ty.core_parameters().len();
            (first_core, &parameter.ty)
        });
        let declared_types: Vec<_> = declared_types.collect();
        let mut at = 0;
        let params_fit = params.iter().all(|param| {
            let here = declared_types.iter().find(|(first_core, _)| *first_core == at);
            at += param.core.len();
            param.kind == Kind::Number || here.is_some_and(|(_, ty)| (param.fits)(ty))
        });
        params_fit && (result.kind == Kind::Number || (result.fits)(declared.result()))
    }

    /// The type, for messages: as Rust source, or as a contract writes it.
    pub(super) fn text(&self) -> String {
        match self {
            HostType::Rust { params, result } => {
                let params: Vec<_> = params.iter().map(|param| (param.name)()).collect();
                format!("({}) -> {}", params.join(", "), (result.name)())
            }
            HostType::Declared(signature) => signature.to_string(),
        }
    }
}

/// Makes the definition of a host function with parameters of the types `params`. `body` receives
/// the core arguments.
fn define<R: Lower + 'static>(
    engine: &Engine,
    import: &Arc<str>,
    params: Vec<Param>,
    body: impl Fn(&mut Caller<'_>, &[ValRaw]) -> Result<R, BadValue> + Send + Sync + 'static,
) -> Definition {
    let result = const {
        match R::RESULT {
            Some(result) => result,
            None => panic!("this type can't be the result of a host function"),
        }
    };
    let core = |types: &[CoreType]| types.iter().filter_map(engine_type).collect::<Vec<_>>();
    let core_params: Vec<_> = params.iter().flat_map(|param| core(param.core)).collect();
    let count = core_params.len();
    let func_type = FuncType::new(engine.inner(), core_params, core(result.core));
    let import = import.clone();
    let body: Body = Box::new(move |caller, raw| {
        // SAFETY: wasmtime has written an argument for each core parameter of `func_type`.
        let arguments = unsafe { raw[..count].assume_init_ref() };
        let value = serve(caller, &import, |caller| match body(caller, arguments) {
            Ok(result) => result.lower_result(caller),
            Err(bad) => Err(Arc::new(bad)),
        })?;
        if !result.core.is_empty() {
            raw[0].write(value);
        }
        Ok(())
    });
    Definition { ty: HostType::Rust { params, result }, func_type, body }
}

/// Makes the definition of a dynamic host function of the type `signature`.
pub(super) fn define_dynamic<E: Into<Box<dyn StdError + Send + Sync>>>(
    engine: &Engine,
    import: &Arc<str>,
    signature: &Signature,
    function: impl Fn(&mut Caller<'_>, &[Val]) -> Result<Option<Val>, E> + Send + Sync + 'static,
) -> Definition {
    let ty = signature.lowered();
    let core = |types: &[CoreType]| types.iter().filter_map(engine_type).collect::<Vec<_>>();
    let func_type = FuncType::new(engine.inner(), core(&ty.params), core(&ty.results));
    let (count, import, signature) = (ty.params.len(), import.clone(), signature.clone());
    let ty = HostType::Declared(signature.clone());
    let body: Body = Box::new(move |caller, raw| {
        // SAFETY: wasmtime has written an argument for each core parameter of `func_type`.
        let arguments = unsafe { raw[..count].assume_init_ref() };
        let value = serve(caller, &import, |caller| {
            let arguments = dynamic::lift_params(&signature, arguments, caller.guest(true));
            let arguments = arguments.map_err(|bad| Arc::new(bad) as Failure)?;
            let result =
                function(caller, &arguments).map_err(|error| Failure::from(error.into()))?;
            dynamic::lower_result(result, signature.result(), caller)
        })?;
        if signature.result().is_some() {
            raw[0].write(value);
        }
        Ok(())
    });
    Definition { ty, func_type, body }
}

/// Runs a host function, whose result `body` lowers. Fails where the call is past its deadline or
/// cancelled, where the host function or lowering failed, and where a re-entrant call has poisoned
/// the instance.
fn serve(
    inner: wasmtime::Caller<'_, State>,
    import: &Arc<str>,
    body: impl FnOnce(&mut Caller<'_>) -> Result<ValRaw, Failure>,
) -> wasmtime::Result<ValRaw> {
    let mut caller = Caller::new(inner);
    // Reading the time left starts the clock of a call whose time nothing has looked at yet: the
    // host function's time counts towards the deadline.
    caller.time_left();
    let result = body(&mut caller);
    let state = caller.data();
    state.deadline.check()?;
    match result {
        Err(cause) => Err(HostFunctionError { import: import.clone(), cause }.into()),
        // The host function ignored the error of a re-entrant call that poisoned the instance.
        Ok(_) if state.life.is_poisoned() => Err(PoisonedMeanwhile.into()),
        Ok(value) => Ok(value),
    }
}

/// Lifts one argument after the other from the core arguments.
struct Lifting<'a> {
    guest: Guest<'a>,
    raw: &'a [ValRaw],
    number: usize,
}

impl Lifting<'_> {
    fn next<T: Lift>(&mut self) -> Result<T, BadValue> {
        let (raw, rest) = self.raw.split_at(param::<T>().core.len());
        self.raw = rest;
        self.number += 1;
        let number = self.number;
        T::lift_param(raw, self.guest).map_err(|BadValue(text)| {
            BadValue(format!("the guest passed {text}, as argument {number}"))
        })
    }
}

const fn param<T: Lift>() -> Param {
    const {
        match T::PARAM {
            Some(param) => param,
            None => panic!("this type can't be a parameter of a host function"),
        }
    }
}

macro_rules! host_functions {
    ($($first:ident $($rest:ident)*)?) => {
        impl<F, R, $($first, $($rest,)*)?> HostFunction<($($first, $($rest,)*)?), R> for F
        where
            F: Fn(&mut Caller<'_> $(, $first $(, $rest)*)?) -> R + Send + Sync + 'static,
            R: Lower + 'static,
            $($first: Lift, $($rest: Lift,)*)?
        {
            #[allow(non_snake_case, reason = "parameters are named as their types")]
            fn define(self, engine: &Engine, import: &Arc<str>) -> Definition {
                let params: &[Param] = &[$(param::<$first>(), $(param::<$rest>()),*)?];
                let reads_memory = params.iter().any(|param| param.kind == Kind::Memory);
                define(engine, import, params.to_vec(), move |caller, raw| {
                    // Lifting copies: the guest may overwrite its memory once `self` calls it.
                    let guest = caller.guest(reads_memory);
                    let mut lifting = Lifting { guest, raw, number: 0 };
                    $(
                        let $first = lifting.next::<$first>()?;
                        $(let $rest = lifting.next::<$rest>()?;)*
                    )?
                    let _ = &mut lifting;
                    Ok(self(caller $(, $first $(, $rest)*)?))
                })
            }
        }

        $(host_functions!($($rest)*);)?
    };
}

host_functions!(A B C D E G H I J K L M N O P Q);
