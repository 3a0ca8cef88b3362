//! [`GuestPtr`]: an address in the plugin's memory that is checked at each use.

use std::fmt;
use std::marker::PhantomData;

use crate::HostLayout;
use crate::abi::refuse::{bool_behind_pointer, pointer};
use crate::memory::{self, Range};

/// A pointer to a `T` in a block that `polyreactor_alloc` or [`new`](Self::new) has allocated.
///
/// Unlike a reference, a `GuestPtr` may be kept between calls, may be null, may point to the first
/// of several elements ([`at`](Self::at)), and may be the result of an exported function.
/// [`read`](Self::read) and [`write`](Self::write) copy the value and check the address each time,
/// so that a pointer into a freed block is a panic, not undefined behaviour. If another block has
/// been allocated there since, the pointer leads into that block.
///
/// ```
/// use polyreactor_guest::{GuestPtr, export};
///
/// /// The sum of `count` numbers.
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
    /// The function that panics name: the one that got this pointer from the host.
    function: &'static str,
    to: PhantomData<fn() -> T>,
}

impl<T> GuestPtr<T> {
    pub(crate) const fn of(address: usize, function: &'static str) -> Self {
        GuestPtr { address, function, to: PhantomData }
    }

    /// The null pointer.
    pub const fn null() -> Self {
        Self::of(0, "GuestPtr::null")
    }

    /// Whether this is the null pointer.
    pub const fn is_null(self) -> bool {
        self.address == 0
    }

    /// The address, in bytes from the beginning of the linear memory; 0 for the null pointer.
    pub const fn address(self) -> usize {
        self.address
    }
}

impl<T: HostLayout> GuestPtr<T> {
    /// Allocates a block and writes the value to it. The block lives until [`free`](Self::free) is
    /// called, or until the host frees it with `polyreactor_free`: otherwise it leaks.
    ///
    /// # Panics
    ///
    /// If there is not enough memory.
    pub fn new(value: T) -> Self {
        let start = memory::allocate(size_of::<T>(), align_of::<T>());
        assert!(!start.is_null(), "no memory for {} bytes", size_of::<T>());
        let made = Self::of(start.expose_provenance(), "GuestPtr::new");
        made.write(value);
        made
    }

    /// Reads the value: a copy.
    ///
    /// # Panics
    ///
    /// If the pointer is null or misaligned; if the value is not inside an allocated block; if a
    /// bool in it is neither 0 nor 1; or if a running call has a `&mut` argument that overlaps.
    pub fn read(self) -> T {
        let at = self.pointer(false).cast_const();
        // SAFETY: the bytes are inside a block, so that they are initialised, and nothing writes
        // to them meanwhile.
        unsafe {
            if let Some(byte) = T::invalid(at) {
                bool_behind_pointer(byte, self.function);
            }
            at.read()
        }
    }

    /// Writes the value. Padding bytes keep their values.
    ///
    /// # Panics
    ///
    /// If the pointer is null or misaligned; if the value is not inside an allocated block; or if
    /// a running call has a reference, string or list argument that overlaps.
    pub fn write(self, value: T) {
        let at = self.pointer(true);
        // SAFETY: the bytes are inside a block, and there is no reference to them.
        unsafe { value.store(at) }
    }

    /// The pointer to the element `index` of an array that begins here. Whether that element is
    /// inside a block is checked only when it is read or written.
    ///
    /// # Panics
    ///
    /// If the address of the element is beyond the address space.
    pub fn at(self, index: usize) -> Self {
        let address = size_of::<T>().checked_mul(index).and_then(|n| self.address.checked_add(n));
        let Some(address) = address else {
            panic!("no memory has an element {index} behind {:#x}", self.address)
        };
        Self::of(address, self.function)
    }

    /// Frees the block that begins at the pointer: one from [`new`](Self::new), or one that the
    /// host allocated with the size and alignment of `T`.
    ///
    /// # Panics
    ///
    /// If no block begins there (it may be freed already); if the block was allocated with another
    /// size or alignment; or if a running call has an argument that refers into it.
    pub fn free(self) {
        let who = "`GuestPtr::free` was called for";
        memory::free(self.address, size_of::<T>(), align_of::<T>(), who);
    }

    fn pointer(self, exclusive: bool) -> *mut T {
        let size = size_of::<T>();
        let range = Range { start: self.address, size, align: align_of::<T>(), exclusive };
        match range.pointer() {
            Ok(at) => at.cast(),
            Err(fault) => pointer(range, fault, self.function),
        }
    }
}

impl<T, const N: usize> GuestPtr<[T; N]> {
    /// The pointer to the first element.
    pub const fn first(self) -> GuestPtr<T> {
        GuestPtr::of(self.address, self.function)
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
