//! Room of the engine: what compiles modules and is shared by all reactors.
//!
//! Uses the rooms `os`, `error` and `interrupt`; knows nothing of modules, instances or calls.

mod config;

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::interrupt::ticker::Ticker;
use crate::os::fork::{self, OfProcess};
use crate::os::stack;

pub use config::EngineConfig;
pub(crate) use config::compilers;

/// Compiles modules, and interrupts the guests that it has compiled.
///
/// A program makes one and keeps it; a clone is the same engine. Host functions belong to a
/// [`Linker`](crate::Linker), not to the engine.
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
/// An engine has threads, and a child process that is made by `fork` does not. So an engine, its
/// linkers, reactors and instances can be used in the process that made them, and answer
/// [`ErrorKind::Forked`](crate::ErrorKind::Forked) in its children; dropping them there leaves
/// everything to the parent. A program that forks its workers makes the engine in each of them.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<OfProcess<Shared>>,
}

/// What the clones of an engine share.
struct Shared {
    inner: wasmtime::Engine,
    ticker: Arc<Ticker>,
    max_instances: Option<u32>,
    max_stack_bytes: usize,
}

impl Engine {
    /// Makes an engine.
    ///
    /// # Errors
    ///
    /// [`Error::Engine`] where this machine can't run compiled Wasm, or has no room for what
    /// `config` reserves.
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

    /// Whether this is a child of the process that made the engine.
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

    /// What a guest may take of its thread's stack, in bytes.
    pub(crate) fn max_stack_bytes(&self) -> usize {
        self.shared.max_stack_bytes
    }

    /// What a thread has to have left when a call begins: what the guest may take, and the host.
    pub(crate) fn stack_with_host_bytes(&self) -> usize {
        self.max_stack_bytes().saturating_add(stack::FOR_HOST)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}
