//! [`HostFunction`]: the embedder's closures that guests can call.

use std::mem::MaybeUninit;
use std::sync::Arc;

use polyreactor_contract::{CoreType, Signature};
use wasmtime::{FuncType, ValRaw};

use crate::abi::core::engine_type;
use crate::abi::place::{Kind, Param, Returned};
use crate::abi::{Guest, Lift, Lower};
use crate::call::Caller;
use crate::engine::Engine;
use crate::error::{BadValue, HostFunctionError};
use crate::instance::access::private::Enter;
use crate::instance::life_cycle::PoisonedMeanwhile;
use crate::instance::state::State;

/// A closure that guests can call: it takes a [`Caller`] and up to 16 [`Lift`]s, and returns a
/// [`Lower`], such as a number, a `String`, or a `Result` of one.
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
/// What the guest passes is checked before the closure is called. A string that is not UTF-8 or
/// not in the guest's memory, or a bool that is neither 0 nor 1, ends the call with
/// [`CallError::HostFunction`](crate::CallError::HostFunction), whose cause is a [`BadValue`].
///
/// A string or list that the closure returns is put into memory that the guest's allocator gives,
/// and belongs to the guest from then on. The allocator can't be called while `_initialize` is
/// running: a guest that asks for a string there, in `#[init]` or in an `init()` of Go's, fails with
/// [`CallError::NotReady`](crate::CallError::NotReady) as the cause.
pub trait HostFunction<P, R>: Send + Sync + 'static {
    #[doc(hidden)]
    fn define(self, engine: &Engine, import: &Arc<str>) -> Definition;
}

/// A function as a linker takes it.
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
pub(super) struct HostType {
    params: Vec<Param>,
    result: Returned,
}

impl HostType {
    /// Whether it is what a contract declares. Its core type has been compared already.
    pub(super) fn is(&self, declared: &Signature) -> bool {
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
            param.kind == Kind::Number || ty.is_some_and(param.fits)
        });
        params && (self.result.kind == Kind::Number || (self.result.fits)(declared.result()))
    }

    /// As Rust has it.
    pub(super) fn text(&self) -> String {
        let params: Vec<_> = self.params.iter().map(|param| (param.name)()).collect();
        format!("({}) -> {}", params.join(", "), (self.result.name)())
    }
}

/// A definition of that type; `body` is handed the core parameters.
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
    let takes: Vec<_> = params.iter().flat_map(|param| core(param.core)).collect();
    let count = takes.len();
    let func_type = FuncType::new(engine.inner(), takes, core(result.core));
    let import = import.clone();
    let body: Body = Box::new(move |caller, raw| {
        // SAFETY: the engine has put a value there for each parameter.
        let given = unsafe { raw[..count].assume_init_ref() };
        let value = serve(caller, &import, |caller| body(caller, given))?;
        if !result.core.is_empty() {
            raw[0].write(value);
        }
        Ok(())
    });
    Definition { ty: HostType { params, result }, func_type, body }
}

fn serve<R: Lower>(
    inner: wasmtime::Caller<'_, State>,
    import: &Arc<str>,
    body: impl FnOnce(&mut Caller<'_>) -> Result<R, BadValue>,
) -> wasmtime::Result<ValRaw> {
    let mut caller = Caller::new(inner);
    // The call's time is counted from here at the latest.
    caller.time_left();
    let result = match body(&mut caller) {
        Ok(result) => result.lower_result(&mut caller),
        Err(bad) => Err(Arc::new(bad) as _),
    };
    let state = caller.data();
    state.deadline.check()?;
    match result {
        Err(cause) => Err(HostFunctionError { import: import.clone(), cause }.into()),
        // It has called the guest, which poisoned the instance, whatever it returns.
        Ok(_) if state.life.is_poisoned() => Err(PoisonedMeanwhile.into()),
        Ok(value) => Ok(value),
    }
}

/// Lifts one parameter after the other out of the core ones.
struct Lifting<'a> {
    guest: Guest<'a>,
    raw: &'a [ValRaw],
    number: usize,
}

impl Lifting<'_> {
    fn next<T: Lift>(&mut self) -> Result<T, BadValue> {
        let (own, rest) = self.raw.split_at(param::<T>().core.len());
        self.raw = rest;
        self.number += 1;
        let number = self.number;
        T::lift_param(own, self.guest).map_err(|BadValue(text)| {
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
                    // Copies are taken now: nothing keeps them where they are for longer.
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
