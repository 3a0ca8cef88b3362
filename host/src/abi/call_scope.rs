//! The memory that a call takes from the guest's allocator, for as long as the call takes.
//!
//! The guest's own `polyreactor_alloc` and `polyreactor_free` are called for that, before and
//! after; to the deadline all of it is one call.

use std::ops::Range;
use std::sync::Arc;

use wasmtime::{AsContextMut, Func, StoreContextMut, ValRaw};

use crate::abi::lift::Guest;
use crate::abi::place::Raw;
use crate::error::{BadValue, CallError};
use crate::instance::life_cycle::{self, Entry};
use crate::instance::state::{self, State};
use crate::instance::template::Template;

/// One call that lowers more than core values: gives the guest its memory back at the end.
pub struct CallScope<'a> {
    alloc: GuestAlloc<'a>,
    blocks: Vec<Block>,
}

/// The guest's allocator.
pub struct GuestAlloc<'a> {
    pub(crate) store: StoreContextMut<'a, State>,
    pub(crate) template: &'a Template,
    pub(crate) entry: Entry,
}

/// A piece of the guest's memory that its allocator has given.
#[derive(Clone, Copy)]
pub struct Block {
    pub(crate) address: u32,
    pub(crate) size_bytes: u32,
    align_bytes: u32,
}

impl CallScope<'_> {
    /// Runs the call. The guest's memory is given back whatever comes of it, unless the instance
    /// is poisoned.
    pub(crate) fn run<R>(
        alloc: GuestAlloc<'_>,
        call: impl FnOnce(&mut CallScope<'_>) -> Result<R, CallError>,
    ) -> Result<R, CallError> {
        let mut scope = CallScope { alloc, blocks: Vec::new() };
        let result = call(&mut scope);
        if scope.alloc.store.data().life.is_poisoned() {
            return result;
        }
        // Where that fails, the instance is poisoned, which says more than what came before.
        scope.give_back()?;
        result
    }

    /// Takes memory of the guest for the call, and fills it.
    pub(crate) fn lend(&mut self, bytes: &[u8], align_bytes: u32) -> Result<Block, CallError> {
        if bytes.is_empty() {
            // A pointer must not be null, and nothing is read of it.
            return Ok(Block { address: align_bytes, size_bytes: 0, align_bytes });
        }
        let block = self.alloc.take(bytes, align_bytes)?;
        self.blocks.push(block);
        Ok(block)
    }

    /// Calls a function with core values, in whose place it leaves that many results.
    ///
    /// # Safety
    ///
    /// The values and the number of results are those of the function's type.
    pub(crate) unsafe fn call(
        &mut self,
        func: Func,
        export: &Arc<str>,
        raw: &mut Raw,
        results: usize,
    ) -> Result<(), CallError> {
        let GuestAlloc { store, entry, .. } = &mut self.alloc;
        let entry = std::mem::replace(entry, Entry::Reentrant);
        // SAFETY: as the caller promises.
        unsafe { call(store.as_context_mut(), entry, func, export, raw, results) }
    }

    /// The guest's memory, to lift results out of.
    pub(crate) fn guest(&mut self) -> Guest<'_> {
        let instance = self.alloc.store.data().id;
        Guest { memory: state::memory(self.alloc.store.as_context_mut()), instance }
    }

    /// What a block holds now.
    pub(crate) fn bytes(&mut self, block: Block) -> &[u8] {
        // Memory never shrinks; nothing is read of a block of no size.
        self.guest().memory.get(block.range()).unwrap_or_default()
    }

    fn give_back(&mut self) -> Result<(), CallError> {
        let Some((_, free)) = self.alloc.template.exports.allocator() else { return Ok(()) };
        while let Some(Block { address, size_bytes, align_bytes }) = self.blocks.pop() {
            self.alloc.call(free, [address, size_bytes, align_bytes])?;
        }
        Ok(())
    }
}

impl Block {
    fn range(self) -> Range<usize> {
        self.address as usize..self.address as usize + self.size_bytes as usize
    }
}

impl GuestAlloc<'_> {
    /// Takes memory of the guest, and fills it; not for nothing.
    pub(crate) fn take(&mut self, bytes: &[u8], align_bytes: u32) -> Result<Block, CallError> {
        let none = CallError::NoMemory { size: bytes.len() as u64 };
        let Some((alloc, _)) = self.template.exports.allocator() else {
            return Err(CallError::NoAllocator);
        };
        // Go's allocator ends the guest where it has not so much.
        let Ok(size_bytes) = u32::try_from(bytes.len()) else { return Err(none) };
        if self.store.data().limits.forbids(size_bytes.into()) {
            return Err(none);
        }
        let address = self.call(alloc, [size_bytes, align_bytes, 0])?;
        if address == 0 {
            return Err(none);
        }
        let block = Block { address, size_bytes, align_bytes };
        let memory = state::memory(self.store.as_context_mut());
        match memory.get_mut(block.range()) {
            Some(place) if address.is_multiple_of(align_bytes) => {
                place.copy_from_slice(bytes);
                Ok(block)
            }
            _ => {
                let export = self.template.exports.functions()[alloc].name.clone();
                let text = format!(
                    "{address:#x} for the address of {size_bytes} bytes, which it can't be"
                );
                Err(CallError::BadResult { export, cause: BadValue(text) })
            }
        }
    }

    /// Calls one of the allocator's two functions.
    fn call(&mut self, number: usize, values: [u32; 3]) -> Result<u32, CallError> {
        let function = &self.template.exports.functions()[number];
        let func = life_cycle::function(self.store.as_context_mut(), number, function)?;
        let entry = std::mem::replace(&mut self.entry, Entry::Reentrant);
        let mut raw = Raw::new();
        let takes = function.signature.params.len();
        values[..takes].iter().for_each(|value| raw.push(ValRaw::u32(*value)));
        let results = function.signature.results.len();
        let store = self.store.as_context_mut();
        // SAFETY: both take two or three i32 and return one or none (`Exports::allocator`).
        unsafe { call(store, entry, func, &function.name, &mut raw, results) }?;
        // SAFETY: as above.
        Ok(unsafe { raw.results(results) }.first().map_or(0, ValRaw::get_u32))
    }
}

/// Calls a function with core values, in whose place it leaves that many results.
///
/// # Safety
///
/// The values and the number of results are those of the function's type.
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
    // SAFETY: there is room for the parameters and the results, which are of the function's types.
    life_cycle::enter(store, entry, export, |store| unsafe { func.call_unchecked(store, values) })
}
