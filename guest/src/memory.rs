//! The allocator behind `polyreactor_alloc` and `polyreactor_free`: the allocated blocks, and which
//! parts of them running calls have borrowed.
//!
//! A pointer from the host becomes a Rust reference only if it leads into a block, so that no host
//! can make a reference into memory that Rust itself uses. While an exported function holds such a
//! reference, the range is borrowed: no overlapping `&mut` is made and the block cannot be freed,
//! not even when a host function calls back into the plugin meanwhile.
//!
//! `abi` and `pointer` use this module; `memory/hooks.rs` has the exports.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::RefCell;
use std::ptr;

#[cfg(target_arch = "wasm32")]
pub(crate) mod hooks;

/// An allocated block. Its bytes are always initialised: it is allocated as zeros, and the host
/// writes whole bytes.
pub(crate) struct Block {
    start: *mut u8,
    size: usize,
    align: usize,
}

impl Block {
    /// The layout of the allocation. A block of size 0 takes one byte, so that its address is
    /// unique and it can be freed.
    fn layout(size: usize, align: usize) -> Option<Layout> {
        Layout::from_size_align(size.max(1), align).ok()
    }
}

impl Block {
    /// The bytes of a block from [`take_ownership`].
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the block has `size` initialised bytes; as it is no longer in `Memory`, nothing
        // else refers to them.
        unsafe { std::slice::from_raw_parts(self.start, self.size) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let layout = Self::layout(self.size, self.align).expect("the layout was valid");
        // SAFETY: `allocate` got `start` from `alloc_zeroed` with this layout, for this block only.
        unsafe { dealloc(self.start, layout) }
    }
}

/// A range that an exported function has a reference to.
struct Borrow {
    start: usize,
    end: usize,
    exclusive: bool,
}

#[derive(Default)]
struct Memory {
    /// Sorted by address.
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
    /// The range is not inside one block.
    Outside,
    /// The range overlaps with a borrowed one, and one of the two is exclusive.
    Shared,
}

/// `size` bytes from the address `start` on, for reading or, if `exclusive`, for writing.
#[derive(Clone, Copy)]
pub(crate) struct Range {
    pub(crate) start: usize,
    pub(crate) size: usize,
    pub(crate) align: usize,
    pub(crate) exclusive: bool,
}

impl Range {
    /// The checked pointer to the range. It is valid until a block is freed or a range borrowed.
    pub(crate) fn pointer(self) -> Result<*mut u8, Fault> {
        MEMORY.with_borrow(|memory| memory.pointer(self))
    }

    /// Checks the range and borrows it until the loan is dropped.
    pub(crate) fn borrow(self) -> Result<Loan, Fault> {
        MEMORY.with_borrow_mut(|memory| {
            let pointer = memory.pointer(self)?;
            let Range { start, size, exclusive, .. } = self;
            memory.borrows.push(Borrow { start, end: start + size, exclusive });
            Ok(Loan(pointer))
        })
    }
}

/// A borrowed range. Loans are dropped in the reverse order of borrowing, because a call holds its
/// loans until it returns, and calls are nested: so dropping one removes the last borrow.
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

/// Allocates a block of zeros. Null if there is not enough memory.
///
/// # Panics
///
/// If `align` is no power of two.
pub(crate) fn allocate(size: usize, align: usize) -> *mut u8 {
    if !align.is_power_of_two() {
        panic!("the host called `polyreactor_alloc` with align {align}: a power of two expected");
    }
    let Some(layout) = Block::layout(size, align) else { return ptr::null_mut() };
    MEMORY.with_borrow_mut(|memory| {
        if memory.blocks.try_reserve(1).is_err() {
            return ptr::null_mut();
        }
        // SAFETY: `Block::layout` has at least one byte.
        let start = unsafe { alloc_zeroed(layout) };
        if !start.is_null() {
            let index = memory.last_at_or_before(start.addr()).map_or(0, |before| before + 1);
            memory.blocks.insert(index, Block { start, size, align });
        }
        start
    })
}

/// Frees the block that begins at `start`. `who` is the beginning of panic messages: the caller.
///
/// # Panics
///
/// If no block begins there (it may be freed already), if it was allocated with another size or
/// alignment, or if an exported function holds a reference into it.
pub(crate) fn free(start: usize, size: usize, align: usize, who: &str) {
    MEMORY.with_borrow_mut(|memory| {
        let Some(index) = memory.block_at(start) else {
            panic!("{who} {start:#x}, which is no block, or one that was freed before");
        };
        let block = &memory.blocks[index];
        if (block.size, block.align) != (size, align) {
            panic!(
                "{who} {start:#x} with size {size} and align {align}: \
                 the block was allocated with size {} and align {}",
                block.size, block.align
            );
        }
        memory.refuse_borrowed(index, who);
        memory.blocks.remove(index);
    });
}

/// Takes the block that begins at `start` out of the allocated ones; dropping it frees it. `None`
/// if no block begins there, or if it has less than `size` bytes. `who` is the beginning of panic
/// messages: the caller.
///
/// # Panics
///
/// If an exported function holds a reference into the block.
pub(crate) fn take_ownership(start: usize, size: usize, who: &str) -> Option<Block> {
    MEMORY.with_borrow_mut(|memory| {
        let index = memory.block_at(start)?;
        let held = memory.blocks[index].size;
        // An empty result may have any address, even that of a block which is in use otherwise.
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
