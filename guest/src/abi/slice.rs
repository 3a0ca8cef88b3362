//! Slices, which strings and lists share: an address and a number of elements.

use std::alloc::{Layout, dealloc};
use std::cell::RefCell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

use super::refuse::Side;
use super::{Address, Packed, refuse};
use crate::layout::ListElement;
use crate::memory::{Fault, Loan, Range, take_ownership};

/// Elements that the host passed: checked, and borrowed until this value is dropped.
pub struct HeldSlice<T> {
    /// `None` for an empty slice, whose address means nothing.
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
            refuse::bool_in_list(byte, Side::Argument, export);
        }
        held
    }

    fn invalid(&self) -> Option<u8> {
        let start = self.loan.as_ref()?.pointer().cast::<T>().cast_const();
        if T::PLAIN {
            return None;
        }
        // SAFETY: the borrowed range is aligned and has `count` elements inside a block, whose
        // bytes are initialised.
        (0..self.count).find_map(|n| unsafe { T::invalid(start.add(n)) })
    }

    /// The elements.
    pub(super) fn elements(&self) -> &[T] {
        let Some(loan) = &self.loan else { return &[] };
        // SAFETY: the borrowed range is aligned and has `count` elements inside a block, whose
        // bytes are initialised; `new` has checked the elements. While the loan is held, nothing
        // writes to them.
        unsafe { std::slice::from_raw_parts(loan.pointer().cast(), self.count) }
    }
}

/// The memory of the last string or list that an export returned. The host copies it before its
/// next call into the instance.
struct ResultMemory {
    start: *mut u8,
    layout: Layout,
}

thread_local! {
    static RESULT_MEMORY: RefCell<Option<ResultMemory>> = const { RefCell::new(None) };
}

impl Drop for ResultMemory {
    fn drop(&mut self) {
        if self.layout.size() != 0 {
            // SAFETY: `start` and `layout` are those of a vector that `keep` has taken apart.
            unsafe { dealloc(self.start, self.layout) }
        }
    }
}

/// Lowers a result, and keeps its memory until the next result that has memory is kept.
pub(super) fn keep<T: ListElement>(elements: Vec<T>) -> Packed {
    let packed = pack(&elements);
    let mut elements = ManuallyDrop::new(elements);
    // The layout with which the vector was allocated. Scalars have no destructor to run.
    let layout = Layout::array::<T>(elements.capacity()).expect("the vector has this layout");
    let memory = ResultMemory { start: elements.as_mut_ptr().cast(), layout };
    drop(RESULT_MEMORY.replace(Some(memory)));
    packed
}

/// The core result: the address in the high half, the number of elements in the low half; 0 for an
/// empty slice.
pub(super) fn pack<T>(elements: &[T]) -> Packed {
    if elements.is_empty() {
        return 0;
    }
    let start = elements.as_ptr().expose_provenance();
    (start as Packed) << (Packed::BITS / 2) | elements.len() as Packed
}

/// Lowers an argument of a host function: the address (0 for an empty slice) and the number of
/// elements.
pub(super) fn lower<T>(elements: &[T]) -> (Address, Address) {
    let start = if elements.is_empty() { 0 } else { elements.as_ptr().expose_provenance() };
    (start as Address, elements.len() as Address)
}

/// Lifts the result of the host function `import`: calls `read` with its bytes, then frees their
/// block. Messages call the result a `what` ("string", "list").
///
/// # Panics
///
/// If the address is misaligned, or no block of at least that size begins there.
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
        refuse::misaligned_result(what, start, align, import);
    }
    let who = "a host function returned";
    let block = size.and_then(|size| take_ownership(start, size, who));
    match (block, size) {
        (Some(block), Some(size)) => read(&block.bytes()[..size]),
        (None, Some(0)) => read(&[]),
        _ => refuse::result_without_block(what, size, start, import),
    }
}

/// The address or length that a core value stands for: core integers are signed in Rust's types,
/// addresses and lengths are unsigned.
pub(super) fn address(core: Address) -> usize {
    #[cfg(target_arch = "wasm32")]
    return core as u32 as usize;
    #[cfg(not(target_arch = "wasm32"))]
    return core as usize;
}
