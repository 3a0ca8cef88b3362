//! [`CallScope`]: the memory that the guest's allocator provides for the duration of a call.
//!
//! The guest's `polyreactor_alloc` is called before the call, its `polyreactor_free` after it. The
//! deadline covers all of these as one call.

use std::ops::Range;
use std::sync::Arc;

use wasmtime::{AsContextMut, Func, StoreContextMut, ValRaw};

use crate::abi::lift::Guest;
use crate::abi::place::Raw;
use crate::error::{BadValue, CallError};
use crate::instance::life_cycle::{self, Entry};
use crate::instance::state::{self, State};
use crate::instance::template::Template;

/// A call that lowers strings, lists or records: their memory is freed when the call has ended.
pub struct CallScope<'a> {
    alloc: GuestAlloc<'a>,
    allocations: Vec<Allocation>,
}

/// The guest's allocator: `polyreactor_alloc` and `polyreactor_free`.
pub struct GuestAlloc<'a> {
    pub(crate) store: StoreContextMut<'a, State>,
    pub(crate) template: &'a Template,
    pub(crate) entry: Entry,
}

/// Guest memory that the guest's allocator has returned.
#[derive(Clone, Copy)]
pub struct Allocation {
    pub(crate) address: u32,
    pub(crate) size_bytes: u32,
    align_bytes: u32,
}

impl CallScope<'_> {
    /// Runs a call, and frees the scope's memory after it, whether the call succeeds or fails. In a
    /// poisoned instance, where no guest code may run, nothing is freed.
    pub(crate) fn run<R>(
        alloc: GuestAlloc<'_>,
        call: impl FnOnce(&mut CallScope<'_>) -> Result<R, CallError>,
    ) -> Result<R, CallError> {
        let mut scope = CallScope { alloc, allocations: Vec::new() };
        let result = call(&mut scope);
        if scope.alloc.store.data().life.is_poisoned() {
            return result;
        }
        // A trap in `polyreactor_free` poisons the instance: it is returned instead of `result`.
        scope.free_all()?;
        result
    }

    /// Allocates guest memory until the end of the scope, and copies `bytes` into it. No bytes take
    /// no memory.
    pub(crate) fn alloc_copy(
        &mut self,
        bytes: &[u8],
        align_bytes: u32,
    ) -> Result<Allocation, CallError> {
        if bytes.is_empty() {
            // The address of a value without bytes is never read, but must not be null.
            return Ok(Allocation { address: align_bytes, size_bytes: 0, align_bytes });
        }
        let allocation = self.alloc.alloc_copy(bytes, align_bytes)?;
        self.allocations.push(allocation);
        Ok(allocation)
    }

    /// Calls a function with the core arguments in `raw`, which its `results` results replace.
    ///
    /// # Safety
    ///
    /// The arguments are of the function's parameter types, and the function has as many results as
    /// `results` says; none of either is a reference.
    pub(crate) unsafe fn call(
        &mut self,
        func: Func,
        export: &Arc<str>,
        raw: &mut Raw,
        results: usize,
    ) -> Result<(), CallError> {
        let GuestAlloc { store, entry, .. } = &mut self.alloc;
        let entry = std::mem::replace(entry, Entry::Reentrant);
        // SAFETY: the caller guarantees the same.
        unsafe { call(store.as_context_mut(), entry, func, export, raw, results) }
    }

    /// The guest's memory, to lift results from.
    pub(crate) fn guest(&mut self) -> Guest<'_> {
        let instance = self.alloc.store.data().id;
        Guest { memory: state::memory(self.alloc.store.as_context_mut()), instance }
    }

    /// The current content of an allocation.
    pub(crate) fn bytes(&mut self, allocation: Allocation) -> &[u8] {
        // Out of bounds only where the allocation is empty: memory never shrinks.
        self.guest().memory.get(allocation.range()).unwrap_or_default()
    }

    fn free_all(&mut self) -> Result<(), CallError> {
        let Some((_, free)) = self.alloc.template.exports.allocator() else { return Ok(()) };
        while let Some(Allocation { address, size_bytes, align_bytes }) = self.allocations.pop() {
            self.alloc.call(free, [address, size_bytes, align_bytes])?;
        }
        Ok(())
    }
}

impl Allocation {
    fn range(self) -> Range<usize> {
        self.address as usize..self.address as usize + self.size_bytes as usize
    }
}

impl GuestAlloc<'_> {
    /// Allocates guest memory and copies `bytes`, which must not be empty, into it.
    pub(crate) fn alloc_copy(
        &mut self,
        bytes: &[u8],
        align_bytes: u32,
    ) -> Result<Allocation, CallError> {
        let no_memory = CallError::NoMemory { size: bytes.len() as u64 };
        let Some((alloc, _)) = self.template.exports.allocator() else {
            return Err(CallError::NoAllocator);
        };
        // A size above the memory limit is refused here: Go's allocator would end the guest instead
        // of returning 0, and so poison the instance.
        let Ok(size_bytes) = u32::try_from(bytes.len()) else { return Err(no_memory) };
        if self.store.data().limits.forbids(size_bytes.into()) {
            return Err(no_memory);
        }
        let address = self.call(alloc, [size_bytes, align_bytes, 0])?;
        if address == 0 {
            return Err(no_memory);
        }
        let allocation = Allocation { address, size_bytes, align_bytes };
        let memory = state::memory(self.store.as_context_mut());
        match memory.get_mut(allocation.range()) {
            Some(place) if address.is_multiple_of(align_bytes) => {
                place.copy_from_slice(bytes);
                Ok(allocation)
            }
            _ => {
                let export = self.template.exports.functions()[alloc].name.clone();
                let text = format!(
                    "{address:#x} as the address of {size_bytes} bytes, which is out of bounds or \
                     no multiple of {align_bytes}"
                );
                Err(CallError::BadResult { export, cause: BadValue(text) })
            }
        }
    }

    /// Calls `polyreactor_alloc` or `polyreactor_free`, by its number in the template's exports,
    /// and returns its result, or 0. A function of two parameters ignores the third argument.
    fn call(&mut self, number: usize, arguments: [u32; 3]) -> Result<u32, CallError> {
        let function = &self.template.exports.functions()[number];
        let func = life_cycle::function(self.store.as_context_mut(), number, function)?;
        let entry = std::mem::replace(&mut self.entry, Entry::Reentrant);
        let mut raw = Raw::new();
        let params = function.signature.params.len();
        arguments[..params].iter().for_each(|argument| raw.push(ValRaw::u32(*argument)));
        let results = function.signature.results.len();
        let store = self.store.as_context_mut();
        // SAFETY: `Exports::allocator` has only functions of the types (i32, i32) -> i32 and
        // (i32, i32, i32) -> ().
        unsafe { call(store, entry, func, &function.name, &mut raw, results) }?;
        // SAFETY: the call has returned, and has written its results.
        Ok(unsafe { raw.results(results) }.first().map_or(0, ValRaw::get_u32))
    }
}

/// Calls a function with the core arguments in `raw`, which its `results` results replace.
///
/// # Safety
///
/// The arguments are of the function's parameter types, and the function has as many results as
/// `results` says; none of either is a reference.
#[inline]
pub(crate) unsafe fn call(
    store: StoreContextMut<'_, State>,
    entry: Entry,
    func: Func,
    export: &Arc<str>,
    raw: &mut Raw,
    results: usize,
) -> Result<(), CallError> {
    let values = raw.for_call(results);
    // SAFETY: the slice has space for the arguments and the results; the caller guarantees the
    // types.
    life_cycle::enter(store, entry, export, |store| unsafe { func.call_unchecked(store, values) })
        .map_err(|error| *error)
}
