//! What the embedder offers to guests: closures, registered by module and name.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::mem::MaybeUninit;
use std::sync::Arc;

use wasmtime::{FuncType, Linker, ValRaw};

use crate::abi::core::engine_type;
use crate::abi::host_value::{HostType, Param};
use crate::abi::values::Guest;
use crate::instance::life_cycle::Fallen;
use crate::instance::state::State;
use crate::{BadValue, Caller, CoreType, Error, HostParam, HostResult};

/// The types of an engine's host functions, by module and name.
pub(crate) type HostTypes = HashMap<(String, String), HostType>;

/// A closure that guests may call: [`Caller`], then up to 16 [`HostParam`]s; it gives back a
/// [`HostResult`].
///
/// ```
/// use polyreactor_host::{Caller, Engine};
///
/// let shout = |_: &mut Caller<'_>, text: String, twice: bool| -> String {
///     let loud = text.to_uppercase();
///     if twice { format!("{loud} {loud}") } else { loud }
/// };
/// let engine = Engine::builder()?.function("host", "shout", shout)?.build();
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
///
/// What the guest passes is checked before the closure is called. A string that is not UTF-8 or
/// not in the guest's memory, or a bool that is neither 0 nor 1, ends the call with
/// [`Error::HostFunction`], whose cause is a [`BadValue`].
pub trait HostFunction<P, R>: Send + Sync + 'static {
    #[doc(hidden)]
    fn define(self, place: Place<'_>) -> wasmtime::Result<()>;
}

/// Host functions that belong together: a module that guests import from, and what its functions
/// have in common.
///
/// ```
/// use std::sync::atomic::{AtomicI64, Ordering};
///
/// use polyreactor_host::{Caller, Engine, Error, HostModule, Methods};
///
/// /// Counts over all instances.
/// #[derive(Default)]
/// struct Tally {
///     total: AtomicI64,
/// }
///
/// impl Tally {
///     fn add(&self, _: &mut Caller<'_>, by: i64) -> i64 {
///         self.total.fetch_add(by, Ordering::Relaxed) + by
///     }
///
///     fn total(&self, _: &mut Caller<'_>) -> i64 {
///         self.total.load(Ordering::Relaxed)
///     }
/// }
///
/// impl HostModule for Tally {
///     const NAME: &'static str = "tally";
///
///     fn methods(methods: Methods<'_, Self>) -> Result<Methods<'_, Self>, Error> {
///         methods.method("add", Tally::add)?.method("total", Tally::total)
///     }
/// }
///
/// let engine = Engine::builder()?.module(Tally::default())?.build();
/// # Ok::<(), Error>(())
/// ```
pub trait HostModule: Send + Sync + Sized + 'static {
    /// The name that guests import it by.
    const NAME: &'static str;

    /// Names its functions, one after the other.
    ///
    /// # Errors
    ///
    /// What [`Methods::method`] answers.
    fn methods(methods: Methods<'_, Self>) -> Result<Methods<'_, Self>, Error>;
}

/// As [`HostFunction`], with the [`HostModule`] before the [`Caller`].
pub trait HostMethod<T, P, R>: Send + Sync + 'static {
    #[doc(hidden)]
    fn define(self, on: Arc<T>, place: Place<'_>) -> wasmtime::Result<()>;
}

/// The functions of a [`HostModule`] while they are named.
pub struct Methods<'a, T> {
    linker: &'a mut Linker<State>,
    types: &'a mut HostTypes,
    module: Arc<T>,
}

impl<'a, T: HostModule> Methods<'a, T> {
    pub(crate) fn of(module: T, linker: &'a mut Linker<State>, types: &'a mut HostTypes) -> Self {
        Methods { linker, types, module: Arc::new(module) }
    }

    /// Offers guests a function under that name.
    ///
    /// # Errors
    ///
    /// [`Error::Host`] where the name is taken.
    pub fn method<P, R>(
        mut self,
        name: &str,
        method: impl HostMethod<T, P, R>,
    ) -> Result<Self, Error> {
        let Methods { linker, types, module } = &mut self;
        let place = Place { linker, types, module: T::NAME, name };
        method.define(module.clone(), place).map_err(Error::host)?;
        Ok(self)
    }
}

impl<T: HostModule> fmt::Debug for Methods<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Methods").field("module", &T::NAME).finish_non_exhaustive()
    }
}

/// Where a host function is to be registered.
#[doc(hidden)]
pub struct Place<'a> {
    pub(crate) linker: &'a mut Linker<State>,
    pub(crate) types: &'a mut HostTypes,
    pub(crate) module: &'a str,
    pub(crate) name: &'a str,
}

/// A host function's error on its way through the guest.
#[derive(Debug)]
pub(crate) struct Thrown {
    pub(crate) import: Arc<str>,
    pub(crate) cause: Arc<dyn StdError + Send + Sync>,
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl StdError for Thrown {}

/// Registers a function of that type, `body` being handed the core parameters.
fn define<R: HostResult>(
    place: Place<'_>,
    params: Vec<Param>,
    body: impl Fn(&mut Caller<'_>, &[ValRaw]) -> Result<R, BadValue> + Send + Sync + 'static,
) -> wasmtime::Result<()> {
    let Place { linker, types, module, name } = place;
    let core = |types: &[CoreType]| types.iter().filter_map(engine_type).collect::<Vec<_>>();
    let takes: Vec<_> = params.iter().flat_map(|param| core(param.core)).collect();
    let (count, gives) = (takes.len(), R::GIVES);
    let ty = FuncType::new(linker.engine(), takes, core(gives.core));
    let import: Arc<str> = format!("{module}.{name}").into();
    let serve = move |caller: wasmtime::Caller<'_, State>, raw: &mut [MaybeUninit<ValRaw>]| {
        // SAFETY: the engine has put a value there for each parameter.
        let given = unsafe { raw[..count].assume_init_ref() };
        let result = serve(caller, &import, |caller| body(caller, given))?;
        if !gives.core.is_empty() {
            raw[0].write(result);
        }
        Ok(())
    };
    // SAFETY: what is read and written are numbers, of the types and as many as `ty` says.
    unsafe { linker.func_new_unchecked(module, name, ty, serve)? };
    types.insert((module.to_owned(), name.to_owned()), HostType { params, gives });
    Ok(())
}

fn serve<R: HostResult>(
    inner: wasmtime::Caller<'_, State>,
    import: &Arc<str>,
    body: impl FnOnce(&mut Caller<'_>) -> Result<R, BadValue>,
) -> wasmtime::Result<ValRaw> {
    let mut caller = Caller::new(inner);
    // The call's time is counted from here at the latest.
    caller.time_left();
    let result = match body(&mut caller) {
        Ok(result) => result.lower(&mut caller),
        Err(bad) => Err(Arc::new(bad) as _),
    };
    let state = caller.data();
    state.watch.check()?;
    match result {
        Err(cause) => Err(Thrown { import: import.clone(), cause }.into()),
        // It has called the guest, and that was the end of it, whatever it says.
        Ok(_) if !state.life.is_well() => Err(Fallen.into()),
        Ok(value) => Ok(value),
    }
}

/// One parameter after the other out of the core ones.
struct Lift<'a> {
    guest: Guest<'a>,
    raw: &'a [ValRaw],
    number: usize,
}

impl Lift<'_> {
    fn next<T: HostParam>(&mut self) -> Result<T, BadValue> {
        let (own, rest) = self.raw.split_at(T::PARAM.core.len());
        self.raw = rest;
        self.number += 1;
        let number = self.number;
        T::lift(own, self.guest).map_err(|BadValue(text)| {
            BadValue(format!("the guest passed {text}, as argument {number}"))
        })
    }
}

macro_rules! host_functions {
    ($($first:ident $($rest:ident)*)?) => {
        impl<F, R, $($first, $($rest,)*)?> HostFunction<($($first, $($rest,)*)?), R> for F
        where
            F: Fn(&mut Caller<'_> $(, $first $(, $rest)*)?) -> R + Send + Sync + 'static,
            R: HostResult + 'static,
            $($first: HostParam, $($rest: HostParam,)*)?
        {
            #[allow(non_snake_case, reason = "parameters are named as their types")]
            fn define(self, place: Place<'_>) -> wasmtime::Result<()> {
                let params: &[Param] = &[$($first::PARAM, $($rest::PARAM),*)?];
                let needs_memory = params.iter().any(|param| param.needs_memory);
                define(place, params.to_vec(), move |caller, raw| {
                    // Copies are taken now: nothing keeps them where they are for longer.
                    let instance = caller.data().id;
                    let memory = if needs_memory { &*caller.memory() } else { &[] };
                    let mut lift = Lift { guest: Guest { memory, instance }, raw, number: 0 };
                    $(
                        let $first = lift.next::<$first>()?;
                        $(let $rest = lift.next::<$rest>()?;)*
                    )?
                    let _ = &mut lift;
                    Ok(self(caller $(, $first $(, $rest)*)?))
                })
            }
        }

        impl<T, F, R, $($first, $($rest,)*)?> HostMethod<T, ($($first, $($rest,)*)?), R> for F
        where
            T: Send + Sync + 'static,
            F: Fn(&T, &mut Caller<'_> $(, $first $(, $rest)*)?) -> R + Send + Sync + 'static,
            R: HostResult + 'static,
            $($first: HostParam, $($rest: HostParam,)*)?
        {
            #[allow(non_snake_case, reason = "parameters are named as their types")]
            fn define(self, on: Arc<T>, place: Place<'_>) -> wasmtime::Result<()> {
                let function = move |
                    caller: &mut Caller<'_> $(, $first: $first $(, $rest: $rest)*)?
                | self(&on, caller $(, $first $(, $rest)*)?);
                HostFunction::define(function, place)
            }
        }

        $(host_functions!($($rest)*);)?
    };
}

host_functions!(A B C D E G H I J K L M N O P Q);
