//! The blocks of this plugin's memory that the host has taken: who may look at them, and when.
//!
//! A reference to what the host passes is made only of bytes inside a block that
//! `polyreactor_alloc` gave, so that no host can point into what Rust believes to be its own.
//! While an exported function holds such a reference, nothing else may write there, nor free
//! the block: a host function may call back into the plugin in the meantime.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::RefCell;
use std::ptr;

#[cfg(target_arch = "wasm32")]
pub(crate) mod hooks;

/// A block. Its bytes are never uninitialised: it comes zeroed, and the host writes there.
pub(crate) struct Block {
    start: *mut u8,
    size: usize,
    align: usize,
}

impl Block {
    /// A block of no bytes has an address of its own as well, so that it can be freed.
    fn layout(size: usize, align: usize) -> Option<Layout> {
        Layout::from_size_align(size.max(1), align).ok()
    }
}

impl Block {
    /// Its bytes, once it has been taken over.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: it has as many bytes, none uninitialised, and nobody else knows it now.
        unsafe { std::slice::from_raw_parts(self.start, self.size) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let layout = Self::layout(self.size, self.align).expect("it was taken with this layout");
        // SAFETY: `take` got it from `alloc_zeroed` with this layout, and made one block of it.
        unsafe { dealloc(self.start, layout) }
    }
}

/// A reference that an exported function holds.
struct Borrow {
    start: usize,
    end: usize,
    exclusive: bool,
}

#[derive(Default)]
struct Memory {
    /// In the order of their addresses.
    blocks: Vec<Block>,
    borrows: Vec<Borrow>,
}

thread_local! {
    static MEMORY: RefCell<Memory> =
        const { RefCell::new(Memory { blocks: Vec::new(), borrows: Vec::new() }) };
}

/// Why a pointer is refused.
pub(crate) enum Fault {
    Null,
    Misaligned,
    Outside,
    Shared,
}

/// The bytes from `start` on, where they may be looked at (`exclusive`: written to).
#[derive(Clone, Copy)]
pub(crate) struct Range {
    pub(crate) start: usize,
    pub(crate) size: usize,
    pub(crate) align: usize,
    pub(crate) exclusive: bool,
}

impl Range {
    /// The pointer to the range, right now.
    pub(crate) fn pointer(self) -> Result<*mut u8, Fault> {
        MEMORY.with_borrow(|memory| memory.pointer(self))
    }

    /// The pointer to the range, which stays as it is until the loan ends.
    pub(crate) fn borrow(self) -> Result<Loan, Fault> {
        MEMORY.with_borrow_mut(|memory| {
            let pointer = memory.pointer(self)?;
            let Range { start, size, exclusive, .. } = self;
            memory.borrows.push(Borrow { start, end: start + size, exclusive });
            Ok(Loan(pointer))
        })
    }
}

/// A range that is borrowed. Loans end in the opposite order: each is held by a call, and
/// calls are nested.
pub(crate) struct Loan(*mut u8);

impl Loan {
    pub(crate) fn pointer(&self) -> *mut u8 {
        self.0
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        MEMORY.with_borrow_mut(|memory| memory.borrows.pop());
    }
}

impl Memory {
    fn pointer(&self, range: Range) -> Result<*mut u8, Fault> {
        let Range { start, size, align, exclusive } = range;
        if start == 0 {
            return Err(Fault::Null);
        }
        if !start.is_multiple_of(align) {
            return Err(Fault::Misaligned);
        }
        let block = self.last_at_or_before(start).map(|index| &self.blocks[index]);
        let block = block.ok_or(Fault::Outside)?;
        let offset = start - block.start.addr();
        if offset > block.size || size > block.size - offset {
            return Err(Fault::Outside);
        }
        let is_borrowed = |borrow: &Borrow| {
            (exclusive || borrow.exclusive) && borrow.start < start + size && start < borrow.end
        };
        if self.borrows.iter().any(is_borrowed) {
            return Err(Fault::Shared);
        }
        Ok(block.start.wrapping_add(offset))
    }

    fn last_at_or_before(&self, address: usize) -> Option<usize> {
        self.blocks.partition_point(|block| block.start.addr() <= address).checked_sub(1)
    }

    fn block_at(&self, address: usize) -> Option<usize> {
        self.last_at_or_before(address).filter(|index| self.blocks[*index].start.addr() == address)
    }
}

/// A block of zeros. Null where there is no memory.
///
/// # Panics
///
/// Where `align` is no power of two.
pub(crate) fn take(size: usize, align: usize) -> *mut u8 {
    if !align.is_power_of_two() {
        panic!("the host called `polyreactor_alloc` with align {align}: a power of two expected");
    }
    let Some(layout) = Block::layout(size, align) else { return ptr::null_mut() };
    MEMORY.with_borrow_mut(|memory| {
        if memory.blocks.try_reserve(1).is_err() {
            return ptr::null_mut();
        }
        // SAFETY: a layout of ours has at least one byte.
        let start = unsafe { alloc_zeroed(layout) };
        if !start.is_null() {
            let index = memory.last_at_or_before(start.addr()).map_or(0, |before| before + 1);
            memory.blocks.insert(index, Block { start, size, align });
        }
        start
    })
}

/// Gives a block back.
///
/// # Panics
///
/// Where `take` gave no such block, or it was given back before, or it was taken with another
/// size or align, or an exported function holds a reference into it. `who` gave it back.
pub(crate) fn give_back(start: usize, size: usize, align: usize, who: &str) {
    MEMORY.with_borrow_mut(|memory| {
        let Some(index) = memory.block_at(start) else {
            panic!("{who} {start:#x}, which is no block, or one that was freed before");
        };
        let block = &memory.blocks[index];
        if (block.size, block.align) != (size, align) {
            panic!(
                "{who} {start:#x} with size {size} and align {align}: \
                 the block was taken with size {} and align {}",
                block.size, block.align
            );
        }
        memory.refuse_borrowed(index, who);
        memory.blocks.remove(index);
    });
}

/// Takes over the block that begins at `start`, which is freed with the value; `None` where none
/// begins there, or it has less than `size` bytes.
pub(crate) fn consume(start: usize, size: usize, who: &str) -> Option<Block> {
    MEMORY.with_borrow_mut(|memory| {
        let index = memory.block_at(start)?;
        let held = memory.blocks[index].size;
        // Any address may come with no bytes, that of a block with another use as well.
        if held < size || (size == 0 && held > 0) {
            return None;
        }
        memory.refuse_borrowed(index, who);
        Some(memory.blocks.remove(index))
    })
}

impl Memory {
    fn refuse_borrowed(&self, index: usize, who: &str) {
        let Block { start, size, .. } = &self.blocks[index];
        let (start, end) = (start.addr(), start.addr() + size);
        if self.borrows.iter().any(|borrow| borrow.start < end && start < borrow.end) {
            panic!("{who} {start:#x} while an exported function still uses it");
        }
    }
}
