//! One call that passes more than numbers: memory is taken from the guest for it, and given back.
//!
//! The guest's own `polyreactor_alloc` and `polyreactor_free` are called for that, before and
//! after; to the deadline all of it is one call.

use std::ops::Range;

use wasmtime::{AsContextMut, StoreContextMut, ValRaw};

use crate::abi::values::Guest;
use crate::call::by_name as calls;
use crate::instance::exports::Function;
use crate::instance::life_cycle::Entry;
use crate::instance::state::State;
use crate::load::reactor::Compiled;
use crate::{BadValue, Error};

/// A call in the making.
pub struct Session<'a> {
    store: StoreContextMut<'a, State>,
    reactor: &'a Compiled,
    entry: Entry,
    blocks: Vec<Block>,
}

/// A piece of the guest's memory that it has given.
#[derive(Clone, Copy)]
pub struct Block {
    pub(crate) address: u32,
    pub(crate) size: u32,
    align: u32,
}

impl Session<'_> {
    /// Gives the guest its memory back when `body` is through, whatever that has come to, if the
    /// guest is still there to take it.
    pub(crate) fn run<R>(
        store: StoreContextMut<'_, State>,
        reactor: &Compiled,
        entry: Entry,
        body: impl FnOnce(&mut Session<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut session = Session { store, reactor, entry, blocks: Vec::new() };
        let result = body(&mut session);
        if !session.store.data().life.is_well() {
            return result;
        }
        // Where that fails, it is the instance's end, and says more than what came before.
        session.give_back()?;
        result
    }

    /// Takes memory of the guest, and fills it.
    pub(crate) fn lend(&mut self, bytes: &[u8], align: u32) -> Result<Block, Error> {
        let size = bytes.len();
        if size == 0 {
            // A pointer must not be null, and nothing is read of it.
            return Ok(Block { address: align, size: 0, align });
        }
        let none = |_| Error::NoMemory { size: size as u64 };
        let size = u32::try_from(size).map_err(none)?;
        let block = take(self.store.as_context_mut(), self.reactor, self.entry, size, align)?;
        self.entry = Entry::Again;
        self.blocks.push(block);
        self.memory()[block.range()].copy_from_slice(bytes);
        Ok(block)
    }

    /// Calls an export with parameters of its types; its result, or anything where it has none.
    pub(crate) fn call(
        &mut self,
        number: usize,
        function: &Function,
        mut raw: Vec<ValRaw>,
    ) -> Result<ValRaw, Error> {
        raw.resize(raw.len().max(1), ValRaw::i32(0));
        let store = self.store.as_context_mut();
        // SAFETY: the callers have held the types against the function's.
        unsafe { calls::raw_call(store, self.entry, number, function, &mut raw) }?;
        self.entry = Entry::Again;
        Ok(raw[0])
    }

    /// The guest's memory.
    pub(crate) fn memory(&mut self) -> &mut [u8] {
        calls::bytes(self.store.as_context_mut())
    }

    /// What results are lifted out of.
    pub(crate) fn guest(&mut self) -> Guest<'_> {
        let instance = self.store.data().id;
        Guest { memory: self.memory(), instance }
    }

    /// What a block holds now.
    pub(crate) fn bytes(&mut self, block: Block) -> &[u8] {
        // Memory never shrinks; nothing is read of a block of no size.
        self.memory().get(block.range()).unwrap_or_default()
    }

    fn give_back(&mut self) -> Result<(), Error> {
        let Some((_, free)) = self.reactor.exports.allocator() else { return Ok(()) };
        while let Some(Block { address, size, align }) = self.blocks.pop() {
            let raw = [address, size, align].map(ValRaw::u32);
            run(self.store.as_context_mut(), self.reactor, Entry::Again, free, raw)?;
        }
        Ok(())
    }
}

impl Block {
    fn range(self) -> Range<usize> {
        self.address as usize..self.address as usize + self.size as usize
    }
}

/// Takes so many bytes of the guest's memory.
pub(crate) fn take(
    mut store: StoreContextMut<'_, State>,
    reactor: &Compiled,
    entry: Entry,
    size: u32,
    align: u32,
) -> Result<Block, Error> {
    let Some((alloc, _)) = reactor.exports.allocator() else { return Err(Error::NoAllocator) };
    // Go's allocator ends the guest where it has not so much.
    if store.data().limits.forbids(size.into()) {
        return Err(Error::NoMemory { size: size.into() });
    }
    let raw = [size, align, 0].map(ValRaw::u32);
    let address = run(store.as_context_mut(), reactor, entry, alloc, raw)?.get_u32();
    if address == 0 {
        return Err(Error::NoMemory { size: size.into() });
    }
    let block = Block { address, size, align };
    let memory = calls::memory(store.as_context_mut());
    let room = memory.map_or(0, |memory| memory.data_size(&store));
    if block.range().end > room || !address.is_multiple_of(align) {
        let export = reactor.exports.functions()[alloc].name.clone();
        let cause = format!("{address:#x} for the address of {size} bytes, which it can't be");
        return Err(Error::BadResult { export, cause: BadValue(cause) });
    }
    Ok(block)
}

/// Calls one of the allocator's two functions.
fn run(
    store: StoreContextMut<'_, State>,
    reactor: &Compiled,
    entry: Entry,
    number: usize,
    mut raw: [ValRaw; 3],
) -> Result<ValRaw, Error> {
    let function = &reactor.exports.functions()[number];
    // SAFETY: both take two or three i32 and answer one or none (`Exports::allocator`).
    unsafe { calls::raw_call(store, entry, number, function, &mut raw) }?;
    Ok(raw[0])
}
