//! What holds for all instances of an engine: stack, number, memory that is kept ready.

use rayon::ThreadPool;
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails,
};

use crate::Error;
use crate::os::fork::PerProcess;

/// What holds for all instances of an [`Engine`](crate::Engine).
///
/// ```
/// use polyreactor_host::{Engine, EngineConfig};
///
/// let config = EngineConfig::new().stack(1 << 20).instances(1000);
/// let engine = Engine::builder_with(&config)?.build();
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EngineConfig {
    pub(super) stack: usize,
    pub(super) instances: Option<u32>,
    is_pooled: bool,
    memory_reservation: Option<u64>,
}

impl EngineConfig {
    /// The defaults: 512 KiB of stack, as many instances as the machine holds, memory taken as
    /// it is needed.
    pub fn new() -> Self {
        EngineConfig {
            stack: 512 << 10,
            instances: None,
            is_pooled: false,
            memory_reservation: None,
        }
    }

    /// Sets what the guest may take of the stack in a call, in bytes (default: 512 KiB), host
    /// functions that call the guest again included; [`Error::StackOverflow`] after that.
    ///
    /// A call needs as much, and 256 KiB for the host's own functions. Where its thread has less
    /// left when the call begins, the call runs on a stack of its own, which takes some
    /// microseconds to be made. A host function of the embedder's that takes more than the
    /// 256 KiB may end the process, as anywhere else.
    pub fn stack(self, bytes: usize) -> Self {
        EngineConfig { stack: bytes, ..self }
    }

    /// Sets how many instances may be alive at once, [`Error::TooManyInstances`] after that.
    pub fn instances(self, most: u32) -> Self {
        EngineConfig { instances: Some(most), ..self }
    }

    /// Keeps memory ready for so many instances, and allows no more. Making one is then several
    /// times as fast; the engine itself takes milliseconds, and address space of some 8 GiB for
    /// each: 4 GiB for its memory, and as much for objects of the Wasm GC proposal.
    pub fn pool(self, instances: u32) -> Self {
        EngineConfig { instances: Some(instances), is_pooled: true, ..self }
    }

    /// Sets how much address space is reserved for each memory, in bytes (default: 4 GiB, and
    /// 64 MiB where the process may have less than 1 TiB of address space, by `ulimit -v`).
    ///
    /// With less than 4 GiB, compiled code checks each address, which may double what loops over
    /// memory take; a memory that grows beyond the reservation is moved, and in a
    /// [pool](EngineConfig::pool) it can't grow beyond it.
    pub fn memory_reservation(self, bytes: u64) -> Self {
        EngineConfig { memory_reservation: Some(bytes), ..self }
    }

    pub(super) fn engine(&self) -> wasmtime::Result<wasmtime::Engine> {
        let mut config = Config::new();
        // File and line in the backtraces of guests that carry DWARF; read when they trap.
        config.wasm_backtrace_details(WasmBacktraceDetails::Enable);
        // So that deadlines and cancellations end loops.
        config.epoch_interruption(true);
        config.max_wasm_stack(self.stack);
        // Nothing of ours runs on such a stack, but it has to be the larger one.
        config.async_stack_size(self.stack.saturating_add(1 << 20));
        let reservation = match self.memory_reservation {
            None if self.is_pooled || !is_short_of_address_space() => None,
            reservation => Some(reservation.unwrap_or(SHORT_RESERVATION)),
        };
        if let Some(bytes) = reservation {
            config.memory_reservation(bytes);
            config.memory_reservation_for_growth(bytes.min(SHORT_RESERVATION));
            config.memory_guard_size(GUARD);
        }
        if let (true, Some(instances)) = (self.is_pooled, self.instances) {
            let pool = pool(instances, reservation);
            config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        }
        wasmtime::Engine::new(&config)
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
pub(crate) fn compilers() -> Result<&'static ThreadPool, Error> {
    static COMPILERS: PerProcess<ThreadPool> = PerProcess::new();
    COMPILERS.get(|| {
        let named = rayon::ThreadPoolBuilder::new().thread_name(|n| format!("polyreactor-{n}"));
        named.build().map_err(|error| Error::Host {
            cause: format!("the threads that compile can't be started: {error}"),
        })
    })
}
