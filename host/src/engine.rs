//! The engine: the wasmtime engine, the epoch ticker and the limits that all reactors share.
//!
//! Uses `os`, `error` and `interrupt`. Nothing here depends on reactors, instances or calls.

mod config;

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::interrupt::ticker::Ticker;
use crate::os::fork::{self, OfProcess};
use crate::os::stack;

pub use config::EngineConfig;
pub(crate) use config::compilers;

/// Compiles modules, and interrupts running guests at their deadlines.
///
/// A program makes one engine and keeps it; a clone is a handle to the same engine. Host functions
/// belong to a [`Linker`](crate::Linker), not to the engine.
///
/// ```
/// use polyreactor_host::{Engine, EngineConfig};
///
/// let engine = Engine::new(&EngineConfig::new())?;
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
///
/// # Forks
///
/// An engine has threads, and `fork` does not copy these into the child process. An engine, its
/// linkers, reactors and instances therefore work only in the process that made them. In a child,
/// compiling, linking, instantiating and calling return an error of the kind
/// [`ErrorKind::Forked`](crate::ErrorKind::Forked), the memory of an instance is empty, and drops
/// free nothing. A program that forks workers makes an engine in each worker.
///
/// Forks are detected by `pthread_atfork`: a child made by a raw `clone` system call is not
/// recognised.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<OfProcess<Shared>>,
}

/// The part of an engine that its clones share.
struct Shared {
    inner: wasmtime::Engine,
    ticker: Arc<Ticker>,
    max_instances: Option<u32>,
    max_stack_bytes: usize,
}

impl Engine {
    /// Makes an engine. No thread is started before a module is compiled or an instance is made.
    ///
    /// # Errors
    ///
    /// [`Error::Engine`] where wasmtime does not support this machine, where there is not enough
    /// address space for the pool that `config` reserves, or where
    /// [`max_stack_bytes`](EngineConfig::max_stack_bytes) is 0.
    pub fn new(config: &EngineConfig) -> Result<Self, Error> {
        fork::count();
        let inner = config.engine()?;
        let shared = Shared {
            ticker: Arc::new(Ticker::new(&inner)),
            inner,
            max_instances: config.max_instances,
            max_stack_bytes: config.max_stack_bytes,
        };
        Ok(Engine { shared: Arc::new(OfProcess::new(shared)) })
    }

    /// Whether the current process is a forked child of the process that made the engine.
    pub(crate) fn is_forked(&self) -> bool {
        self.shared.is_foreign()
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.shared.inner
    }

    pub(crate) fn ticker(&self) -> &Arc<Ticker> {
        &self.shared.ticker
    }

    pub(crate) fn max_instances(&self) -> Option<u32> {
        self.shared.max_instances
    }

    /// The maximum Wasm stack of a call, in bytes.
    pub(crate) fn max_stack_bytes(&self) -> usize {
        self.shared.max_stack_bytes
    }

    /// The stack that a thread must have left when a call begins, in bytes: the maximum Wasm stack
    /// and 256 KiB for host functions.
    pub(crate) fn stack_with_host_bytes(&self) -> usize {
        self.max_stack_bytes().saturating_add(stack::FOR_HOST)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}
