//! Values that lie in memory as the host sees them: numbers, bools, arrays and records.

use std::ptr;

/// A type whose bytes in memory mean the same to the plugin and to the host.
///
/// The numbers from 8 to 64 bits, `f32`, `f64`, `bool`, arrays of such types, and structs of
/// such fields that derive it with [`#[derive(HostLayout)]`](derive@crate::HostLayout). The
/// layout is C's on wasm32: each value aligned to its size, a bool one byte, a struct padded to
/// its alignment. It is the same on a 64-bit machine, so a host in Rust can use the type too:
/// [`read_from`] and [`write_to`] take it out of bytes and put it there.
///
/// # Safety
///
/// The type is laid out like that, `invalid` finds every byte that makes it no value of the
/// type, `store` writes every byte that is not padding, and no byte that is. Where `PLAIN` is
/// true, any bytes are a value and none of them is padding. `SHAPE` says how it lies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no layout that a host knows",
    label = "behind a pointer, the host sees numbers, bools, arrays and records of them only",
    note = "for a struct of such fields: `#[derive(HostLayout)] #[repr(C)]`"
)]
pub unsafe trait HostLayout: Sized + 'static {
    /// Whether any bytes are a value, and none of them is padding.
    const PLAIN: bool;

    /// What lies where, for hosts, which hold it against the plugin's contract.
    const SHAPE: Shape;

    /// The first byte that is no bool where a bool is.
    ///
    /// # Safety
    ///
    /// `at` is aligned, and the bytes of the type are initialised there.
    unsafe fn invalid(at: *const Self) -> Option<u8>;

    /// Writes the value and leaves padding as it is, for it may be read as bytes later.
    ///
    /// # Safety
    ///
    /// `to` is aligned, and the bytes of the type can be written there.
    unsafe fn store(&self, to: *mut Self);
}

/// How a value lies in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A number or a bool, by its name in a contract.
    Scalar(&'static str),
    /// So many of the same, one after the other.
    List(&'static Shape, usize),
    /// Fields, in the order in which they stand.
    Record(&'static [Part]),
}

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Where it begins, from the record's first byte.
    pub offset_bytes: usize,
    /// What it holds.
    pub shape: &'static Shape,
}

macro_rules! plain {
    ($($number:ident $word:ident)*) => {$(
        // SAFETY: a number's bytes are all its own, and whatever they are, they are a number.
        unsafe impl HostLayout for $number {
            const PLAIN: bool = true;
            const SHAPE: Shape = Shape::Scalar(stringify!($word));
            #[inline(always)]
            unsafe fn invalid(_: *const Self) -> Option<u8> {
                None
            }
            #[inline(always)]
            unsafe fn store(&self, to: *mut Self) {
                // SAFETY: as the caller promises.
                unsafe { to.write(*self) }
            }
        }
    )*};
}

plain!(i8 s8 u8 u8 i16 s16 u16 u16 i32 s32 u32 u32 i64 s64 u64 u64 f32 f32 f64 f64);

// SAFETY: a bool is a byte, 0 or 1.
unsafe impl HostLayout for bool {
    const PLAIN: bool = false;
    const SHAPE: Shape = Shape::Scalar("bool");

    unsafe fn invalid(at: *const Self) -> Option<u8> {
        // SAFETY: as the caller promises; a byte may be anything.
        Some(unsafe { at.cast::<u8>().read() }).filter(|byte| *byte > 1)
    }

    unsafe fn store(&self, to: *mut Self) {
        // SAFETY: as the caller promises.
        unsafe { to.write(*self) }
    }
}

// SAFETY: the elements stand one after the other, with nothing between.
unsafe impl<T: HostLayout, const N: usize> HostLayout for [T; N] {
    const PLAIN: bool = T::PLAIN;
    const SHAPE: Shape = Shape::List(&T::SHAPE, N);

    unsafe fn invalid(at: *const Self) -> Option<u8> {
        if T::PLAIN {
            return None;
        }
        // SAFETY: each element is inside of what the caller promises.
        (0..N).find_map(|n| unsafe { T::invalid(at.cast::<T>().add(n)) })
    }

    unsafe fn store(&self, to: *mut Self) {
        if T::PLAIN {
            // SAFETY: as the caller promises; there is no padding to leave as it is.
            return unsafe { ptr::copy(self, to, 1) };
        }
        for (n, element) in self.iter().enumerate() {
            // SAFETY: each element is inside of what the caller promises.
            unsafe { element.store(to.cast::<T>().add(n)) }
        }
    }
}

/// The value whose bytes these are, in the little-endian order of Wasm; `None` where they are
/// of another length, or a bool among them is neither 0 nor 1.
///
/// ```
/// use polyreactor_guest::layout::read_from;
///
/// assert_eq!(read_from::<[u16; 2]>(&[1, 0, 2, 0]), Some([1, 2]));
/// assert_eq!(read_from::<bool>(&[2]), None);
/// ```
pub fn read_from<T: HostLayout>(bytes: &[u8]) -> Option<T> {
    const { assert!(cfg!(target_endian = "little"), "Wasm's memory is little-endian") };
    if bytes.len() != size_of::<T>() {
        return None;
    }
    let mut value = std::mem::MaybeUninit::<T>::uninit();
    // SAFETY: the value has as many bytes, which are initialised by the copy; it is read once
    // they are known to be a value.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), value.as_mut_ptr().cast(), bytes.len());
        T::invalid(value.as_ptr()).is_none().then(|| value.assume_init())
    }
}

/// Writes the value's bytes, in the little-endian order of Wasm. Bytes of padding stay as they
/// are.
///
/// ```
/// use polyreactor_guest::layout::write_to;
///
/// let mut bytes = [0; 4];
/// write_to(&[1_u16, 2], &mut bytes);
/// assert_eq!(bytes, [1, 0, 2, 0]);
/// ```
///
/// # Panics
///
/// Where there are more or less bytes than the type has.
pub fn write_to<T: HostLayout>(value: &T, bytes: &mut [u8]) {
    const { assert!(cfg!(target_endian = "little"), "Wasm's memory is little-endian") };
    assert_eq!(bytes.len(), size_of::<T>(), "the bytes are not as many as the type has");
    let mut aligned = std::mem::MaybeUninit::<T>::uninit();
    // SAFETY: both have as many bytes. Those that `store` leaves are the given ones.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), aligned.as_mut_ptr().cast(), bytes.len());
        value.store(aligned.as_mut_ptr());
        ptr::copy_nonoverlapping(aligned.as_ptr().cast(), bytes.as_mut_ptr(), bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bool_among_many_is_found() {
        assert_eq!(read_from::<[bool; 4]>(&[0, 1, 1, 0]), Some([false, true, true, false]));
        assert_eq!(read_from::<[[bool; 2]; 2]>(&[0, 1, 1, 255]), None);
    }

    #[test]
    fn other_lengths_are_refused() {
        assert_eq!(read_from::<u32>(&[0; 3]), None);
        assert_eq!(read_from::<u32>(&[0; 5]), None);
        assert_eq!(read_from::<u64>(&[0xff; 8]), Some(u64::MAX));
    }
}
