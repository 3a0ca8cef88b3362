//! What strings and lists have in common: they cross as an address and a length.

use std::alloc::{Layout, dealloc};
use std::cell::RefCell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

use super::{Address, Packed, refuse};
use crate::layout::ListElement;
use crate::memory::{Fault, Loan, Range, consume};

/// Elements that the host passed. None need no memory: their address may be anything.
pub struct HeldSlice<T> {
    loan: Option<Loan>,
    count: usize,
    of: PhantomData<T>,
}

impl<T: ListElement> HeldSlice<T> {
    pub(super) fn new(start: Address, count: Address, export: &'static str) -> Self {
        let (start, count) = (address(start), address(count));
        if count == 0 {
            return HeldSlice { loan: None, count, of: PhantomData };
        }
        let size = size_of::<T>().checked_mul(count);
        let align = align_of::<T>();
        let range = Range { start, size: size.unwrap_or(usize::MAX), align, exclusive: false };
        let borrowed = if size.is_some() { range.borrow() } else { Err(Fault::Outside) };
        let loan = borrowed.unwrap_or_else(|fault| refuse::pointer(range, fault, export));
        let held = HeldSlice { loan: Some(loan), count, of: PhantomData };
        if let Some(byte) = held.invalid() {
            refuse::in_a_list(byte, export);
        }
        held
    }

    fn invalid(&self) -> Option<u8> {
        let start = self.loan.as_ref()?.pointer().cast::<T>().cast_const();
        if T::PLAIN {
            return None;
        }
        // SAFETY: the loan is aligned and of as many bytes inside a block, where all are
        // initialised.
        (0..self.count).find_map(|n| unsafe { T::invalid(start.add(n)) })
    }

    /// The elements, for as long as they are held.
    pub(super) fn elements(&self) -> &[T] {
        let Some(loan) = &self.loan else { return &[] };
        // SAFETY: the loan is aligned and of as many bytes inside a block, where all are
        // initialised, and `new` has found values there. While it is held, nobody writes there.
        unsafe { std::slice::from_raw_parts(loan.pointer().cast(), self.count) }
    }
}

/// The memory of what an export answered: the host reads it before the next call.
struct Answered {
    start: *mut u8,
    layout: Layout,
}

thread_local! {
    static ANSWERED: RefCell<Option<Answered>> = const { RefCell::new(None) };
}

impl Drop for Answered {
    fn drop(&mut self) {
        if self.layout.size() != 0 {
            // SAFETY: `keep` had it from a vector, which allocated it with this layout.
            unsafe { dealloc(self.start, self.layout) }
        }
    }
}

/// Keeps what an export answers until the next one that answers memory, and makes its result of
/// it.
pub(super) fn keep<T: ListElement>(elements: Vec<T>) -> Packed {
    let packed = pack(&elements);
    let mut elements = ManuallyDrop::new(elements);
    // As the vector has allocated it; a scalar has nothing to drop.
    let layout = Layout::array::<T>(elements.capacity()).expect("it was allocated");
    let answered = Answered { start: elements.as_mut_ptr().cast(), layout };
    drop(ANSWERED.replace(Some(answered)));
    packed
}

/// A result: the address in the high half, the number of elements in the low half.
pub(super) fn pack<T>(elements: &[T]) -> Packed {
    if elements.is_empty() {
        return 0;
    }
    let start = elements.as_ptr().expose_provenance();
    (start as Packed) << (Packed::BITS / 2) | elements.len() as Packed
}

/// A parameter of a host function: address and number of elements.
pub(super) fn lower<T>(elements: &[T]) -> (Address, Address) {
    let start = if elements.is_empty() { 0 } else { elements.as_ptr().expose_provenance() };
    (start as Address, elements.len() as Address)
}

/// What `read` makes of the bytes that the host function `import` answered, `what` by its name, in a
/// block that is freed after that.
///
/// # Panics
///
/// Where no such block begins there.
pub(super) fn lift<T: ListElement, R>(
    packed: Packed,
    what: &str,
    import: &'static str,
    read: impl FnOnce(&[u8]) -> R,
) -> R {
    let start = address((packed >> (Packed::BITS / 2)) as Address);
    let count = address(packed as Address);
    let size = size_of::<T>().checked_mul(count);
    let align = align_of::<T>();
    if size.is_some_and(|size| size != 0) && !start.is_multiple_of(align) {
        refuse::answered_misaligned(what, start, align, import);
    }
    let who = "a host function answered";
    let block = size.and_then(|size| consume(start, size, who));
    match (block, size) {
        (Some(block), Some(size)) => read(&block.bytes()[..size]),
        (None, Some(0)) => read(&[]),
        _ => refuse::answered(what, size, start, import),
    }
}

/// What crosses is a number with a sign, what it stands for has none.
pub(super) fn address(core: Address) -> usize {
    #[cfg(target_arch = "wasm32")]
    return core as u32 as usize;
    #[cfg(not(target_arch = "wasm32"))]
    return core as usize;
}
