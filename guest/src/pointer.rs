//! `GuestPtr`: an address inside the plugin's memory, checked whenever it is used.

use std::fmt;
use std::marker::PhantomData;

use crate::HostLayout;
use crate::abi::refuse::{behind, pointer};
use crate::memory::{self, Range};

/// A pointer to a `T` in a block that `polyreactor_alloc` gave, or that [`new`](Self::new) made.
///
/// It is what a reference cannot be: kept over calls, null, one of many behind each other
/// ([`at`](Self::at)), the result of an exported function. Reading and writing copy, and check
/// the address each time: a block that was freed in the meantime is no fault of memory, but a
/// panic that says so.
///
/// ```
/// use polyreactor_guest::{GuestPtr, export};
///
/// /// The sum of as many numbers as the host says.
/// #[export]
/// fn sum(numbers: GuestPtr<i64>, count: u32) -> i64 {
///     (0..count as usize).map(|n| numbers.at(n).read()).sum()
/// }
///
/// let numbers = GuestPtr::new([1, 2, 3]);
/// assert_eq!(sum(numbers.first(), 3), 6);
/// numbers.free();
/// ```
pub struct GuestPtr<T> {
    address: usize,
    /// Whom the panics name: the function that the host passed it to.
    whose: &'static str,
    to: PhantomData<fn() -> T>,
}

impl<T> GuestPtr<T> {
    pub(crate) const fn of(address: usize, whose: &'static str) -> Self {
        GuestPtr { address, whose, to: PhantomData }
    }

    /// The pointer to nothing.
    pub const fn null() -> Self {
        Self::of(0, "GuestPtr::null")
    }

    /// Whether it points to nothing.
    pub const fn is_null(self) -> bool {
        self.address == 0
    }

    /// Where it points.
    pub const fn address(self) -> usize {
        self.address
    }
}

impl<T: HostLayout> GuestPtr<T> {
    /// Puts the value into a block of its own, which stays until it is given to
    /// [`free`](Self::free), or the host frees it.
    ///
    /// # Panics
    ///
    /// Where there is no memory.
    pub fn new(value: T) -> Self {
        let start = memory::take(size_of::<T>(), align_of::<T>());
        assert!(!start.is_null(), "no memory for {} bytes", size_of::<T>());
        let made = Self::of(start.expose_provenance(), "GuestPtr::new");
        made.write(value);
        made
    }

    /// A copy of what is there.
    ///
    /// # Panics
    ///
    /// Where the pointer is null, misaligned or not inside a block that is still held; where a
    /// bool there is neither 0 nor 1; and where the running call was given the same bytes as
    /// `&mut`.
    pub fn read(self) -> T {
        let at = self.pointer(false).cast_const();
        // SAFETY: the bytes lie in a block, where all are initialised, and nobody writes there.
        unsafe {
            if let Some(byte) = T::invalid(at) {
                behind(byte, self.whose);
            }
            at.read()
        }
    }

    /// Writes the value there.
    ///
    /// # Panics
    ///
    /// Where the pointer is null, misaligned or not inside a block that is still held; and
    /// where the running call was given the same bytes as a reference.
    pub fn write(self, value: T) {
        let at = self.pointer(true);
        // SAFETY: the bytes lie in a block, and nobody has a reference to them.
        unsafe { value.store(at) }
    }

    /// The pointer to the element `index` of those that stand one behind the other from here.
    /// Whether it is there, is looked at when it is read or written.
    ///
    /// # Panics
    ///
    /// Where no address is that high.
    pub fn at(self, index: usize) -> Self {
        let address = size_of::<T>().checked_mul(index).and_then(|n| self.address.checked_add(n));
        let Some(address) = address else {
            panic!("no memory has an element {index} behind {:#x}", self.address)
        };
        Self::of(address, self.whose)
    }

    /// Gives the block back that [`new`](Self::new) made.
    ///
    /// # Panics
    ///
    /// Where it is no such block, or one that was freed before; and where the running call was
    /// given a reference into it.
    pub fn free(self) {
        let who = "`GuestPtr::free` was called for";
        memory::give_back(self.address, size_of::<T>(), align_of::<T>(), who);
    }

    fn pointer(self, exclusive: bool) -> *mut T {
        let size = size_of::<T>();
        let range = Range { start: self.address, size, align: align_of::<T>(), exclusive };
        match range.pointer() {
            Ok(at) => at.cast(),
            Err(fault) => pointer(range, fault, self.whose),
        }
    }
}

impl<T, const N: usize> GuestPtr<[T; N]> {
    /// The pointer to the first element.
    pub const fn first(self) -> GuestPtr<T> {
        GuestPtr::of(self.address, self.whose)
    }
}

impl<T> Clone for GuestPtr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for GuestPtr<T> {}

impl<T> PartialEq for GuestPtr<T> {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

impl<T> Eq for GuestPtr<T> {}

impl<T> fmt::Debug for GuestPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GuestPtr({:#x})", self.address)
    }
}
