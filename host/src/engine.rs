//! What compiles reactors and serves them WASI and host functions: one for a whole program.

use std::fmt;
use std::sync::Arc;

use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, Linker, PoolingAllocationConfig,
    WasmBacktraceDetails,
};

use crate::instance::state::State;
use crate::interrupt::ticker::Ticker;
use crate::link::host_function::{HostTypes, Methods, Place};
use crate::{Error, HostFunction, HostModule, wasi};

/// Compiles reactors and holds what all of them share.
///
/// A program makes one and keeps it; a clone is the same engine. Memory for instances is
/// taken from the system as it is needed, or kept ready ([`EngineConfig::pool`]).
///
/// ```
/// let engine = polyreactor_host::Engine::new()?;
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    linker: Arc<Linker<State>>,
    types: Arc<HostTypes>,
    ticker: Arc<Ticker>,
    most_instances: Option<u32>,
}

/// What holds for all instances of an [`Engine`].
///
/// ```
/// use polyreactor_host::{Engine, EngineConfig};
///
/// let config = EngineConfig::new().stack(1 << 20).instances(1000);
/// let engine = Engine::builder_with(&config)?.build();
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct EngineConfig {
    stack: Option<usize>,
    instances: Option<u32>,
    is_pooled: bool,
}

impl EngineConfig {
    /// The defaults: 512 KiB of stack, as many instances as the machine holds, memory taken as
    /// it is needed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what a call may take of its thread's stack, in bytes, host functions that call the
    /// guest again included; [`Error::StackOverflow`] after that. The thread needs as much, and
    /// what host functions take besides.
    pub fn stack(self, bytes: usize) -> Self {
        EngineConfig { stack: Some(bytes), ..self }
    }

    /// Sets how many instances may be alive at once, [`Error::TooManyInstances`] after that.
    pub fn instances(self, most: u32) -> Self {
        EngineConfig { instances: Some(most), ..self }
    }

    /// Keeps memory ready for so many instances, and allows no more. Making one is then several
    /// times as fast; the engine itself takes milliseconds, and address space of some 4 GiB for
    /// each.
    pub fn pool(self, instances: u32) -> Self {
        EngineConfig { instances: Some(instances), is_pooled: true, ..self }
    }

    fn engine(&self) -> wasmtime::Result<wasmtime::Engine> {
        let mut config = Config::new();
        // File and line in the backtraces of guests that carry DWARF; read when they trap.
        config.wasm_backtrace_details(WasmBacktraceDetails::Enable);
        // So that deadlines and cancellations end loops.
        config.epoch_interruption(true);
        if let Some(stack) = self.stack {
            config.max_wasm_stack(stack);
            // Nothing of ours runs on such a stack, but it has to be the larger one.
            config.async_stack_size(stack.saturating_add(1 << 20));
        }
        if let (true, Some(instances)) = (self.is_pooled, self.instances) {
            config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(instances)));
        }
        wasmtime::Engine::new(&config)
    }
}

/// Memory stays in the process from one instance to the next, where the system can tell which of
/// it was written to: else that is twice as slow as giving it back.
fn pool(instances: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(instances).total_memories(instances).total_tables(instances);
    pool.table_elements(1 << 20);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes);
        pool.linear_memory_keep_resident(8 << 20).table_keep_resident(64 << 10);
    }
    pool
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
        Self::builder_with(&EngineConfig::new())
    }

    /// As [`Engine::builder`], with other bounds.
    ///
    /// # Errors
    ///
    /// [`Error::Host`] where this machine has no room for what `config` says.
    pub fn builder_with(config: &EngineConfig) -> Result<EngineBuilder, Error> {
        let inner = config.engine().map_err(Error::host)?;
        let linker = wasi::linker(&inner).map_err(Error::host)?;
        let types = HostTypes::new();
        Ok(EngineBuilder { inner, linker, types, most_instances: config.instances })
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.inner
    }

    pub(crate) fn linker(&self) -> &Linker<State> {
        &self.linker
    }

    /// What the embedder's functions take and give back.
    pub(crate) fn types(&self) -> &HostTypes {
        &self.types
    }

    pub(crate) fn ticker(&self) -> &Arc<Ticker> {
        &self.ticker
    }

    pub(crate) fn most_instances(&self) -> Option<u32> {
        self.most_instances
    }
}

/// An [`Engine`] before it loads anything: what guests may import is settled here.
pub struct EngineBuilder {
    inner: wasmtime::Engine,
    linker: Linker<State>,
    types: HostTypes,
    most_instances: Option<u32>,
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
    /// the instance too. It runs on the thread of the call.
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
        let EngineBuilder { linker, types, .. } = &mut self;
        let place = Place { linker, types, module, name };
        function.define(place).map_err(Error::host)?;
        Ok(self)
    }

    /// Offers guests the functions of a [`HostModule`].
    ///
    /// # Errors
    ///
    /// As for [`EngineBuilder::function`].
    pub fn module<T: HostModule>(mut self, module: T) -> Result<Self, Error> {
        T::methods(Methods::of(module, &mut self.linker, &mut self.types))?;
        Ok(self)
    }

    /// The engine.
    pub fn build(self) -> Engine {
        let EngineBuilder { inner, linker, types, most_instances } = self;
        let ticker = Arc::new(Ticker::new(&inner));
        let (linker, types) = (Arc::new(linker), Arc::new(types));
        Engine { inner, linker, types, ticker, most_instances }
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
