//! What compiles reactors and serves them WASI and host functions: one for a whole program.

use std::fmt;
use std::sync::Arc;

use wasmtime::{Config, Linker, WasmBacktraceDetails};

use crate::host_function::Place;
use crate::ticker::Ticker;
use crate::wasi::{self, State};
use crate::{Error, HostFunction};

/// Compiles reactors and holds what all of them share.
///
/// A program makes one and keeps it; a clone is the same engine. Memory for instances is
/// taken from the system as it is needed.
///
/// ```
/// let engine = polyreactor_host::Engine::new()?;
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    linker: Arc<Linker<State>>,
    ticker: Arc<Ticker>,
}

impl Engine {
    /// An engine with the defaults.
    ///
    /// # Errors
    ///
    /// [`Error::Host`] where this machine can't run compiled Wasm.
    pub fn new() -> Result<Self, Error> {
        Ok(Self::builder()?.build())
    }

    /// An engine that offers guests more than WASI.
    ///
    /// # Errors
    ///
    /// As for [`Engine::new`].
    pub fn builder() -> Result<EngineBuilder, Error> {
        let mut config = Config::new();
        // File and line in the backtraces of guests that carry DWARF; read when they trap.
        config.wasm_backtrace_details(WasmBacktraceDetails::Enable);
        // So that deadlines and cancellations end loops.
        config.epoch_interruption(true);
        let inner = wasmtime::Engine::new(&config).map_err(Error::host)?;
        let linker = wasi::linker(&inner).map_err(Error::host)?;
        Ok(EngineBuilder { inner, linker })
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.inner
    }

    pub(crate) fn linker(&self) -> &Linker<State> {
        &self.linker
    }

    pub(crate) fn ticker(&self) -> &Arc<Ticker> {
        &self.ticker
    }
}

/// An [`Engine`] before it loads anything: what guests may import is settled here.
pub struct EngineBuilder {
    inner: wasmtime::Engine,
    linker: Linker<State>,
}

impl EngineBuilder {
    /// Offers guests a function, under the module's and its own name.
    ///
    /// ```
    /// use polyreactor_host::{Caller, Engine, InstanceConfig, OutOfBounds, Reactor};
    ///
    /// let engine = Engine::builder()?
    ///     .function("host", "sum", |caller: &mut Caller<'_>, at: u32, length: u32| {
    ///         let bytes = caller.read(at, length)?;
    ///         Ok::<_, OutOfBounds>(bytes.iter().map(|byte| i32::from(*byte)).sum::<i32>())
    ///     })?
    ///     .build();
    /// # let bytes = wat::parse_str(r#"
    /// #     (module (import "host" "sum" (func $sum (param i32 i32) (result i32)))
    /// #       (memory (export "memory") 1) (data (i32.const 8) "\01\02\03")
    /// #       (func (export "_initialize"))
    /// #       (func (export "six") (result i32) (call $sum (i32.const 8) (i32.const 3))))"#)?;
    /// let reactor = Reactor::from_bytes(&engine, &bytes)?;
    /// let mut instance = reactor.instantiate(&InstanceConfig::new())?;
    /// assert_eq!(instance.func::<(), i32>("six")?.call(&mut instance, ())?, 6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// An error that it gives back ends the call, and the instance, with
    /// [`Error::HostFunction`]; a panic goes on through the guest to who called it, and ends
    /// the instance too. Inside a tokio runtime it may run on another thread than the call.
    ///
    /// # Errors
    ///
    /// [`Error::Host`] where that name is taken, by WASI too.
    pub fn function<P, R>(
        mut self,
        module: &str,
        name: &str,
        function: impl HostFunction<P, R>,
    ) -> Result<Self, Error> {
        let place = Place { linker: &mut self.linker, module, name };
        function.define(place).map_err(Error::host)?;
        Ok(self)
    }

    /// The engine.
    pub fn build(self) -> Engine {
        let ticker = Arc::new(Ticker::new(&self.inner));
        Engine { inner: self.inner, linker: Arc::new(self.linker), ticker }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl fmt::Debug for EngineBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineBuilder").finish_non_exhaustive()
    }
}
