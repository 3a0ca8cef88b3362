//! [`EngineConfig`]: stack, number of instances and memory allocation; and the compiler threads.

use std::num::NonZeroUsize;

use rayon::ThreadPool;
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails,
};

use crate::error::trap::MAX_FRAMES;
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
/// | [`pooling_allocator`](Self::pooling_allocator) | off: memory is allocated with each instance |
/// | [`count_fuel`](Self::count_fuel) | off |
/// | [`memory_reservation_bytes`](Self::memory_reservation_bytes) | 4 GiB; 64 MiB if `ulimit -v` is below 1 TiB and the pooling allocator is off |
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EngineConfig {
    pub(super) max_stack_bytes: usize,
    pub(super) max_instances: Option<u32>,
    is_pooled: bool,
    memory_reservation_bytes: Option<u64>,
    counts_fuel: bool,
}

impl EngineConfig {
    /// A configuration with the defaults in the table above.
    pub fn new() -> Self {
        EngineConfig {
            max_stack_bytes: 512 << 10,
            max_instances: None,
            is_pooled: false,
            memory_reservation_bytes: None,
            counts_fuel: false,
        }
    }

    /// Sets the maximum Wasm stack of a call, in bytes (default: 512 KiB). A deeper recursion ends
    /// the call with [`CallError::StackOverflow`](crate::CallError::StackOverflow). The limit
    /// includes re-entrant calls, and the frames of the host functions that make them. With 0,
    /// [`Engine::new`](crate::Engine::new) fails.
    ///
    /// A call needs this much stack, and 256 KiB more for host functions. If the thread has less
    /// left when the call begins, the call runs on a newly allocated stack, which takes some
    /// microseconds; if that allocation fails, the call returns
    /// [`CallError::NoStack`](crate::CallError::NoStack).
    ///
    /// The process aborts if a host function uses more than the 256 KiB and overflows the stack. It
    /// also aborts if a thread has too little stack on a system that does not report the remaining
    /// stack of a thread: there the host assumes that the stack is large enough.
    pub fn max_stack_bytes(self, bytes: usize) -> Self {
        EngineConfig { max_stack_bytes: bytes, ..self }
    }

    /// Sets how many instances may exist at once, poisoned ones included (default: no limit).
    /// Making one more fails with
    /// [`InstantiateError::TooManyInstances`](crate::InstantiateError::TooManyInstances).
    pub fn max_instances(self, instances: u32) -> Self {
        EngineConfig { max_instances: Some(instances), ..self }
    }

    /// Switches to wasmtime's pooling allocator (default: off), which reserves memory for
    /// `instances` instances in advance. Also sets [`max_instances`](Self::max_instances) to
    /// `instances`; of these two settings the later one decides the size of the pool.
    ///
    /// Making an instance is then several times as fast. Making the engine takes milliseconds, and
    /// reserves some 8 GiB of address space for each instance: 4 GiB for its memory, and as much
    /// for objects of the Wasm GC proposal.
    pub fn pooling_allocator(self, instances: u32) -> Self {
        EngineConfig { max_instances: Some(instances), is_pooled: true, ..self }
    }

    /// Sets how much address space is reserved for each memory, in bytes (default: 4 GiB; without
    /// the pooling allocator, 64 MiB if `ulimit -v` limits the process to less than 1 TiB).
    ///
    /// With less than 4 GiB, compiled code checks each address, which may double the time of loops
    /// over memory. A memory that grows beyond the reservation is moved, which copies its content;
    /// with the [pooling allocator](EngineConfig::pooling_allocator) such a growth fails.
    pub fn memory_reservation_bytes(self, bytes: u64) -> Self {
        EngineConfig { memory_reservation_bytes: Some(bytes), ..self }
    }

    /// Counts the fuel that guests use ([`Instance::fuel_used`](crate::Instance::fuel_used); default:
    /// off): a measure of work that is the same in every run and on every machine. Guests run
    /// slower, up to twice as long in tight loops.
    pub fn count_fuel(self) -> Self {
        EngineConfig { counts_fuel: true, ..self }
    }

    pub(super) fn engine(&self) -> Result<wasmtime::Engine, Error> {
        let mut config = Config::new();
        // Backtraces show file and line where the guest has DWARF, which is parsed only at a trap.
        config.wasm_backtrace_details(WasmBacktraceDetails::Enable);
        config.wasm_backtrace_max_frames(NonZeroUsize::new(MAX_FRAMES));
        // Lets deadlines and cancellations end loops.
        config.epoch_interruption(true);
        config.consume_fuel(self.counts_fuel);
        config.max_wasm_stack(self.max_stack_bytes);
        // Unused here, but wasmtime refuses async stacks that are smaller than the Wasm stack.
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

/// Reservation for a memory where address space is short, in bytes: most guests need less, and the
/// memory of a larger guest is moved rarely.
const SHORT_RESERVATION: u64 = 64 << 20;

/// Guard region behind a memory with a set or short reservation, in bytes. Small, since compiled
/// code checks addresses anyway.
const GUARD: u64 = 64 << 10;

/// Whether `ulimit -v` leaves address space for fewer than 256 instances of 4 GiB each.
#[cfg(unix)]
fn is_short_of_address_space() -> bool {
    use rustix::process::{Resource, getrlimit};
    /// 256 × 4 GiB.
    const SHORT: u64 = 1 << 40;
    getrlimit(Resource::As).current.is_some_and(|bytes| bytes < SHORT)
}

#[cfg(not(unix))]
fn is_short_of_address_space() -> bool {
    false
}

/// The pool. Freed memory stays resident for the next instance only where the system reports which
/// pages were written (`PAGEMAP_SCAN` of Linux): elsewhere, clearing the memory takes twice as long
/// as returning it to the system.
fn pool(instances: u32, reservation: Option<u64>) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(instances).total_tables(instances).total_gc_heaps(instances);
    // A GC heap counts as a memory as well.
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

/// The threads that compile modules, one pool for each process: a forked child has none of its
/// parent's threads.
pub(crate) fn compilers() -> Result<&'static ThreadPool, LoadError> {
    static COMPILERS: PerProcess<ThreadPool> = PerProcess::new();
    COMPILERS.get(|| {
        let named = rayon::ThreadPoolBuilder::new().thread_name(|n| format!("polyreactor-{n}"));
        named.build().map_err(|error| LoadError::Host {
            cause: format!("the threads that compile modules can't be started: {error}"),
        })
    })
}
