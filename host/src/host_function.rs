//! What the embedder offers to guests: closures of numbers, registered by module and name.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::{Extern, Linker, WasmRet};

use crate::Number;
use crate::wasi::State;

/// A closure that guests may call: [`Caller`], then up to eight [`Number`]s; it gives back
/// nothing, a [`Number`], or a [`Result`] of either.
pub trait HostFunction<P, R>: Send + Sync + 'static {
    #[doc(hidden)]
    fn define(self, place: Place<'_>) -> wasmtime::Result<()>;
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

/// The guest that called a host function: its memory, and what it may still take.
pub struct Caller<'a> {
    inner: wasmtime::Caller<'a, State>,
}

impl Caller<'_> {
    /// The guest's whole memory. It lies where it is until the host function returns.
    pub fn memory(&mut self) -> &mut [u8] {
        match self.inner.get_export("memory") {
            Some(Extern::Memory(memory)) => memory.data_mut(&mut self.inner),
            // A module without it is not loaded (R004).
            _ => &mut [],
        }
    }

    /// The bytes at an address.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] where the guest has no memory there.
    pub fn read(&mut self, address: u32, length: u32) -> Result<&[u8], OutOfBounds> {
        let memory = self.memory();
        let end = address as usize + length as usize;
        memory.get(address as usize..end).ok_or(OutOfBounds { address, length })
    }

    /// Writes bytes to an address.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] where the guest has no memory there.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        let end = address as usize + bytes.len();
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let place = self.memory().get_mut(address as usize..end);
        place.ok_or(OutOfBounds { address, length })?.copy_from_slice(bytes);
        Ok(())
    }

    /// What is left for the call; `None` where it has no deadline. A host function is not cut
    /// short, but the call ends when it returns late.
    pub fn time_left(&self) -> Option<Duration> {
        self.inner.data().watch.time_left()
    }

    /// Whether the call has been cancelled; what takes long may look at it now and then.
    pub fn is_cancelled(&self) -> bool {
        self.inner.data().watch.cancellation().is_cancelled()
    }

    /// The plugin's name, as its instance was given it.
    pub fn plugin(&self) -> &str {
        &self.inner.data().plugin
    }
}

impl fmt::Debug for Caller<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("plugin", &self.plugin()).finish_non_exhaustive()
    }
}

/// A guest named a place that is not in its memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutOfBounds {
    /// Where it begins.
    pub address: u32,
    /// Its length in bytes.
    pub length: u32,
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OutOfBounds { address, length } = self;
        write!(f, "the guest has no memory of {length} bytes at {address:#x}")
    }
}

impl StdError for OutOfBounds {}

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
    let mut caller = Caller { inner };
    // The call's time is counted from here at the latest.
    caller.time_left();
    let result = body(&mut caller).into_result();
    caller.inner.data().watch.check()?;
    result.map_err(|cause| Thrown { import: import.clone(), cause }.into())
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

        $(host_functions!($($rest)*);)?
    };
}

host_functions!(A B C D E G H I);

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
