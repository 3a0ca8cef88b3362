//! What the embedder offers to guests: closures of numbers, registered by module and name.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use wasmtime::{Linker, WasmRet};

use crate::life::Fallen;
use crate::state::State;
use crate::{Caller, Error, Number};

/// A closure that guests may call: [`Caller`], then up to 16 [`Number`]s; it gives back
/// nothing, a [`Number`], or a [`Result`] of either.
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
    module: Arc<T>,
}

impl<'a, T: HostModule> Methods<'a, T> {
    pub(crate) fn of(module: T, linker: &'a mut Linker<State>) -> Self {
        Methods { linker, module: Arc::new(module) }
    }

    /// Offers guests a function under that name.
    ///
    /// # Errors
    ///
    /// [`Error::Host`] where the name is taken.
    pub fn method<P, R>(self, name: &str, method: impl HostMethod<T, P, R>) -> Result<Self, Error> {
        let place = Place { linker: &mut *self.linker, module: T::NAME, name };
        method.define(self.module.clone(), place).map_err(Error::host)?;
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
    pub(crate) module: &'a str,
    pub(crate) name: &'a str,
}

/// What a host function gives back.
pub trait HostResult: Sized {
    #[doc(hidden)]
    type Value: WasmRet;
    #[doc(hidden)]
    fn into_result(self) -> Result<Self::Value, Arc<dyn StdError + Send + Sync>>;
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

fn serve<R: HostResult>(
    inner: wasmtime::Caller<'_, State>,
    import: &Arc<str>,
    body: impl FnOnce(&mut Caller<'_>) -> R,
) -> wasmtime::Result<R::Value> {
    let mut caller = Caller::new(inner);
    // The call's time is counted from here at the latest.
    caller.time_left();
    let result = body(&mut caller).into_result();
    let state = caller.data();
    state.watch.check()?;
    match result {
        Err(cause) => Err(Thrown { import: import.clone(), cause }.into()),
        // It has called the guest, and that was the end of it, whatever it says.
        Ok(_) if !state.life.is_well() => Err(Fallen.into()),
        Ok(value) => Ok(value),
    }
}

macro_rules! host_functions {
    ($($first:ident $($rest:ident)*)?) => {
        impl<F, R, $($first, $($rest,)*)?> HostFunction<($($first, $($rest,)*)?), R> for F
        where
            F: Fn(&mut Caller<'_> $(, $first $(, $rest)*)?) -> R + Send + Sync + 'static,
            R: HostResult + 'static,
            $($first: Number + 'static, $($rest: Number + 'static,)*)?
        {
            #[allow(non_snake_case, reason = "parameters are named as their types")]
            fn define(self, place: Place<'_>) -> wasmtime::Result<()> {
                let Place { linker, module, name } = place;
                let import: Arc<str> = format!("{module}.{name}").into();
                let serve = move |
                    caller: wasmtime::Caller<'_, State> $(, $first: $first $(, $rest: $rest)*)?
                | serve(caller, &import, |caller| self(caller $(, $first $(, $rest)*)?));
                linker.func_wrap(module, name, serve)?;
                Ok(())
            }
        }

        impl<T, F, R, $($first, $($rest,)*)?> HostMethod<T, ($($first, $($rest,)*)?), R> for F
        where
            T: Send + Sync + 'static,
            F: Fn(&T, &mut Caller<'_> $(, $first $(, $rest)*)?) -> R + Send + Sync + 'static,
            R: HostResult + 'static,
            $($first: Number + 'static, $($rest: Number + 'static,)*)?
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

macro_rules! host_results {
    ($($ty:ty),*) => {$(
        impl HostResult for $ty {
            type Value = $ty;

            fn into_result(self) -> Result<$ty, Arc<dyn StdError + Send + Sync>> {
                Ok(self)
            }
        }
    )*};
}

host_results!((), i32, u32, i64, u64, f32, f64);

impl<T: HostResult, E: Into<Box<dyn StdError + Send + Sync>>> HostResult for Result<T, E> {
    type Value = T::Value;

    fn into_result(self) -> Result<T::Value, Arc<dyn StdError + Send + Sync>> {
        match self {
            Ok(value) => value.into_result(),
            Err(error) => Err(error.into().into()),
        }
    }
}
