//! What compiles reactors and serves them WASI and host functions: one for a whole program.

use std::fmt;
use std::sync::Arc;

use wasmtime::Linker;

use crate::instance::state::State;
use crate::interrupt::ticker::Ticker;
use crate::link::host_function::{HostTypes, Methods, Place};
use crate::link::imports::Missing;
use crate::os::fork::{self, OfProcess};
use crate::os::stack;
use crate::{Error, HostFunction, HostModule, wasi};

mod config;

pub use config::EngineConfig;
pub(crate) use config::compilers;

/// Compiles reactors and holds what all of them share.
///
/// A program makes one and keeps it; a clone is the same engine. Memory for instances is
/// taken from the system as it is needed, or kept ready ([`EngineConfig::pool`]).
///
/// ```
/// let engine = polyreactor_host::Engine::new()?;
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
///
/// # Forks
///
/// An engine has threads, and a child process that is made by `fork` does not. So an engine, and
/// the reactors and instances of it, can be used in the process that made it, and answer
/// [`Error::Forked`] in its children; dropping them there leaves everything to the parent. A
/// program that forks its workers makes the engine in each of them.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<OfProcess<Shared>>,
}

/// What the clones of an engine share.
struct Shared {
    inner: wasmtime::Engine,
    linker: Linker<State>,
    types: HostTypes,
    ticker: Arc<Ticker>,
    missing: Missing,
    most_instances: Option<u32>,
    /// What a call may take of its thread's stack, in bytes.
    stack: usize,
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
        fork::count();
        let inner = config.engine().map_err(Error::host)?;
        let linker = wasi::linker(&inner).map_err(Error::host)?;
        let shared = Shared {
            ticker: Arc::new(Ticker::new(&inner)),
            inner,
            linker,
            types: HostTypes::new(),
            missing: Missing::Refuse,
            most_instances: config.instances,
            stack: config.stack,
        };
        Ok(EngineBuilder { shared: OfProcess::new(shared) })
    }

    /// Fails in a child of the process that made the engine.
    pub(crate) fn check_process(&self) -> Result<(), Error> {
        if self.shared.is_foreign() { Err(Error::Forked) } else { Ok(()) }
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.shared.inner
    }

    pub(crate) fn linker(&self) -> &Linker<State> {
        &self.shared.linker
    }

    /// What the embedder's functions take and give back.
    pub(crate) fn types(&self) -> &HostTypes {
        &self.shared.types
    }

    pub(crate) fn ticker(&self) -> &Arc<Ticker> {
        &self.shared.ticker
    }

    /// What becomes of imports that it has not.
    pub(crate) fn missing(&self) -> Missing {
        self.shared.missing
    }

    pub(crate) fn most_instances(&self) -> Option<u32> {
        self.shared.most_instances
    }

    /// What a guest may take of its thread's stack, in bytes.
    pub(crate) fn stack(&self) -> usize {
        self.shared.stack
    }

    /// What a thread has to have left when a call begins: what the guest may take, and the host.
    pub(crate) fn stack_with_host(&self) -> usize {
        self.shared.stack.saturating_add(stack::FOR_HOST)
    }
}

/// An [`Engine`] before it loads anything: what guests may import is settled here.
pub struct EngineBuilder {
    shared: OfProcess<Shared>,
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
        let Shared { linker, types, .. } = &mut *self.shared;
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
        let Shared { linker, types, .. } = &mut *self.shared;
        T::methods(Methods::of(module, linker, types))?;
        Ok(self)
    }

    /// Sets what becomes of functions that a module imports and that neither WASI nor the
    /// embedder offers; by default such a module is refused when it is loaded. What of it was
    /// stood in for, [`Reactor::stand_ins`](crate::Reactor::stand_ins) says.
    ///
    /// ```
    /// use polyreactor_host::{Engine, InstanceConfig, Missing, Reactor};
    ///
    /// let engine = Engine::builder()?.missing(Missing::Trap).build();
    /// # let bytes = wat::parse_str(r#"
    /// #     (module (import "env" "log" (func $log (param i32)))
    /// #       (memory (export "memory") 1) (func (export "_initialize"))
    /// #       (func (export "add") (param i32 i32) (result i32)
    /// #         (i32.add (local.get 0) (local.get 1)))
    /// #       (func (export "noisy") (call $log (i32.const 1))))"#)?;
    /// let reactor = Reactor::from_bytes(&engine, &bytes)?;
    /// let mut instance = reactor.instantiate(&InstanceConfig::new())?;
    /// assert_eq!(instance.func::<(i32, i32), i32>("add")?.call(&mut instance, (2, 3))?, 5);
    ///
    /// let error = instance.call("noisy", &[]).unwrap_err();
    /// assert_eq!(error.to_string(), "the guest called `env.log`, which this host does not have");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn missing(mut self, missing: Missing) -> Self {
        self.shared.missing = missing;
        self
    }

    /// The engine.
    pub fn build(self) -> Engine {
        Engine { shared: Arc::new(self.shared) }
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
