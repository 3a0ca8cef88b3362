//! What holds for all instances of an engine: stack, number, memory that is kept ready.

use rayon::ThreadPool;
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails,
};

use crate::error::{Error, LoadError, host_cause};
use crate::os::fork::PerProcess;

/// Settings of an [`Engine`](crate::Engine), for all of its instances.
///
/// ```
/// use polyreactor_host::{Engine, EngineConfig};
///
/// let config = EngineConfig::new().max_stack_bytes(1 << 20).max_instances(1000);
/// let engine = Engine::new(&config)?;
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
///
/// | setting | default |
/// |---|---|
/// | [`max_stack_bytes`](Self::max_stack_bytes) | 512 KiB |
/// | [`max_instances`](Self::max_instances) | no limit |
/// | [`pooling_allocator`](Self::pooling_allocator) | off: memory is taken as it is needed |
/// | [`memory_reservation_bytes`](Self::memory_reservation_bytes) | 4 GiB; 64 MiB under `ulimit -v` |
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EngineConfig {
    pub(super) max_stack_bytes: usize,
    pub(super) max_instances: Option<u32>,
    is_pooled: bool,
    memory_reservation_bytes: Option<u64>,
}

impl EngineConfig {
    /// The defaults.
    pub fn new() -> Self {
        EngineConfig {
            max_stack_bytes: 512 << 10,
            max_instances: None,
            is_pooled: false,
            memory_reservation_bytes: None,
        }
    }

    /// Sets the maximum Wasm stack of a call, in bytes (default: 512 KiB), calls that host
    /// functions make into the guest included. A deeper recursion ends with
    /// [`CallError::StackOverflow`](crate::CallError::StackOverflow).
    ///
    /// A call needs as much stack, and 256 KiB for the host's own functions. Where its thread has
    /// less left when the call begins, the call runs on a stack of its own, which takes some
    /// microseconds to be made. A host function of the embedder's that takes more than the
    /// 256 KiB may overflow the thread's stack, and then the process aborts.
    pub fn max_stack_bytes(self, bytes: usize) -> Self {
        EngineConfig { max_stack_bytes: bytes, ..self }
    }

    /// Sets how many instances may be alive at once (default: no limit). One more is refused with
    /// [`InstantiateError::TooManyInstances`](crate::InstantiateError::TooManyInstances).
    pub fn max_instances(self, instances: u32) -> Self {
        EngineConfig { max_instances: Some(instances), ..self }
    }

    /// Switches to wasmtime's pooling allocator, which keeps memory for that many instances, and
    /// allows no more (default: off). An instance is then made several times as fast. The engine
    /// itself takes milliseconds to be made, and reserves some 8 GiB of address space for each
    /// instance: 4 GiB for its memory, and as much for objects of the Wasm GC proposal.
    pub fn pooling_allocator(self, instances: u32) -> Self {
        EngineConfig { max_instances: Some(instances), is_pooled: true, ..self }
    }

    /// Sets how much address space is reserved for each memory, in bytes (default: 4 GiB, and
    /// 64 MiB where the process may have less than 1 TiB of address space, by `ulimit -v`).
    ///
    /// With less than 4 GiB, compiled code checks each address, which may double the time of loops
    /// over memory. A memory that grows beyond the reservation is moved; with the
    /// [pooling allocator](EngineConfig::pooling_allocator) it can't grow beyond it.
    pub fn memory_reservation_bytes(self, bytes: u64) -> Self {
        EngineConfig { memory_reservation_bytes: Some(bytes), ..self }
    }

    pub(super) fn engine(&self) -> Result<wasmtime::Engine, Error> {
        let mut config = Config::new();
        // File and line in the backtraces of guests that carry DWARF; read when they trap.
        config.wasm_backtrace_details(WasmBacktraceDetails::Enable);
        // So that deadlines and cancellations end loops.
        config.epoch_interruption(true);
        config.max_wasm_stack(self.max_stack_bytes);
        // Nothing of ours runs on such a stack, but it has to be the larger one.
        config.async_stack_size(self.max_stack_bytes.saturating_add(1 << 20));
        let reservation = match self.memory_reservation_bytes {
            None if self.is_pooled || !is_short_of_address_space() => None,
            reservation => Some(reservation.unwrap_or(SHORT_RESERVATION)),
        };
        if let Some(bytes) = reservation {
            config.memory_reservation(bytes);
            config.memory_reservation_for_growth(bytes.min(SHORT_RESERVATION));
            config.memory_guard_size(GUARD);
        }
        if let (true, Some(instances)) = (self.is_pooled, self.max_instances) {
            let pool = pool(instances, reservation);
            config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        }
        wasmtime::Engine::new(&config).map_err(|error| Error::Engine { cause: host_cause(&error) })
    }
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self::new()
    }
}

/// What is reserved for a memory where there is little address space: most guests fit into it,
/// and one that grows beyond it is moved seldom.
const SHORT_RESERVATION: u64 = 64 << 20;

/// Behind such a memory. Compiled code checks addresses anyway.
const GUARD: u64 = 64 << 10;

/// Whether there is room for a few hundred instances at most, with 4 GiB for each.
#[cfg(unix)]
fn is_short_of_address_space() -> bool {
    use rustix::process::{Resource, getrlimit};
    /// As much as 256 instances reserve.
    const SHORT: u64 = 1 << 40;
    getrlimit(Resource::As).current.is_some_and(|bytes| bytes < SHORT)
}

#[cfg(not(unix))]
fn is_short_of_address_space() -> bool {
    false
}

/// Memory stays in the process from one instance to the next, where the system can tell which of
/// it was written to: else that is twice as slow as giving it back.
fn pool(instances: u32, reservation: Option<u64>) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(instances).total_tables(instances).total_gc_heaps(instances);
    // A heap of the GC proposal is a memory as well.
    pool.total_memories(instances.saturating_mul(2));
    pool.table_elements(1 << 20);
    if let Some(bytes) = reservation {
        pool.max_memory_size(usize::try_from(bytes).unwrap_or(usize::MAX));
    }
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes);
        pool.linear_memory_keep_resident(8 << 20).table_keep_resident(64 << 10);
    }
    pool
}

/// The threads that compile modules: of this process, since a child has none of its parent's.
pub(crate) fn compilers() -> Result<&'static ThreadPool, LoadError> {
    static COMPILERS: PerProcess<ThreadPool> = PerProcess::new();
    COMPILERS.get(|| {
        let named = rayon::ThreadPoolBuilder::new().thread_name(|n| format!("polyreactor-{n}"));
        named.build().map_err(|error| LoadError::Host {
            cause: format!("the threads that compile can't be started: {error}"),
        })
    })
}
