//! Conversion of values to bytes and back, in the little-endian order of Wasm.

use std::mem::MaybeUninit;
use std::ptr;

use crate::{HostLayout, ListElement};

/// Reads a value from its bytes, in the little-endian order of Wasm. `None` if the length of
/// `bytes` is not the size of the type, or if a bool in it is neither 0 nor 1. The bytes need not
/// be aligned.
///
/// ```
/// use polyreactor_layout::read_from;
///
/// assert_eq!(read_from::<[u16; 2]>(&[1, 0, 2, 0]), Some([1, 2]));
/// assert_eq!(read_from::<bool>(&[2]), None);
/// ```
pub fn read_from<T: HostLayout>(bytes: &[u8]) -> Option<T> {
    const { assert!(cfg!(target_endian = "little"), "Wasm's memory is little-endian") };
    if bytes.len() != size_of::<T>() {
        return None;
    }
    let mut value = MaybeUninit::<T>::uninit();
    // SAFETY: the copy initialises all bytes of the value. They are a value of the type once
    // `invalid` has returned `None`.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), value.as_mut_ptr().cast(), bytes.len());
        T::invalid(value.as_ptr()).is_none().then(|| value.assume_init())
    }
}

/// Writes a value as bytes, in the little-endian order of Wasm. Padding bytes keep their values.
/// The bytes need not be aligned.
///
/// ```
/// use polyreactor_layout::write_to;
///
/// let mut bytes = [0; 4];
/// write_to(&[1_u16, 2], &mut bytes);
/// assert_eq!(bytes, [1, 0, 2, 0]);
/// ```
///
/// # Panics
///
/// If the length of `bytes` is not the size of the type.
pub fn write_to<T: HostLayout>(value: &T, bytes: &mut [u8]) {
    const { assert!(cfg!(target_endian = "little"), "Wasm's memory is little-endian") };
    assert_eq!(bytes.len(), size_of::<T>(), "the bytes are not as many as the type has");
    let mut aligned = MaybeUninit::<T>::uninit();
    // SAFETY: both have the size of the type. The padding bytes, which `store` does not write, are
    // initialised by the first copy.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), aligned.as_mut_ptr().cast(), bytes.len());
        value.store(aligned.as_mut_ptr());
        ptr::copy_nonoverlapping(aligned.as_ptr().cast(), bytes.as_mut_ptr(), bytes.len());
    }
}

/// Reads the elements of a list from their bytes, in the little-endian order of Wasm. `None` if the
/// number of bytes is no multiple of the element's size, or if a bool is neither 0 nor 1. The bytes
/// need not be aligned.
///
/// ```
/// use polyreactor_layout::read_list;
///
/// assert_eq!(read_list::<u16>(&[1, 0, 2, 0]), Some(vec![1, 2]));
/// assert_eq!(read_list::<u16>(&[1, 0, 2]), None);
/// assert_eq!(read_list::<bool>(&[1, 2]), None);
/// ```
pub fn read_list<T: ListElement>(bytes: &[u8]) -> Option<Vec<T>> {
    const { assert!(cfg!(target_endian = "little"), "Wasm's memory is little-endian") };
    if !bytes.len().is_multiple_of(size_of::<T>()) {
        return None;
    }
    // Only `bool` is not plain, and it has one byte: so each byte is an element.
    if !T::PLAIN && bytes.iter().any(|byte| *byte > 1) {
        return None;
    }
    let count = bytes.len() / size_of::<T>();
    let mut list = Vec::<T>::with_capacity(count);
    // SAFETY: the capacity has room for `bytes.len()` bytes. They are `count` values: any bytes are
    // a number, and bools were checked above.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), list.as_mut_ptr().cast(), bytes.len());
        list.set_len(count);
    }
    Some(list)
}

/// Returns the elements of a list as bytes, in the little-endian order of Wasm, without copying.
///
/// ```
/// use polyreactor_layout::list_bytes;
///
/// assert_eq!(list_bytes(&[1_u16, 2]), [1, 0, 2, 0]);
/// ```
pub fn list_bytes<T: ListElement>(list: &[T]) -> &[u8] {
    const { assert!(cfg!(target_endian = "little"), "Wasm's memory is little-endian") };
    // SAFETY: scalars have no padding, so all bytes are initialised.
    unsafe { std::slice::from_raw_parts(list.as_ptr().cast(), size_of_val(list)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_bool_among_valid_ones_is_found() {
        assert_eq!(read_from::<[bool; 4]>(&[0, 1, 1, 0]), Some([false, true, true, false]));
        assert_eq!(read_from::<[[bool; 2]; 2]>(&[0, 1, 1, 255]), None);
        assert_eq!(read_list::<bool>(&[0, 1, 1, 0]), Some(vec![false, true, true, false]));
        assert_eq!(read_list::<bool>(&[0, 1, 1, 255]), None);
    }

    #[test]
    fn wrong_lengths_are_refused() {
        assert_eq!(read_from::<u32>(&[0; 3]), None);
        assert_eq!(read_from::<u32>(&[0; 5]), None);
        assert_eq!(read_from::<u64>(&[0xff; 8]), Some(u64::MAX));
        assert_eq!(read_list::<u64>(&[0; 12]), None);
    }

    #[test]
    fn a_list_of_every_scalar_is_read_back_from_unaligned_bytes() {
        fn check<T: ListElement + PartialEq + std::fmt::Debug>(list: &[T]) {
            let bytes = [&[0], list_bytes(list)].concat();
            assert_eq!(read_list::<T>(&bytes[1..]).as_deref(), Some(list), "{}", T::SCALAR);
        }
        check::<u8>(&[]);
        check::<f64>(&[]);
        check(&[true, false]);
        check(&[i8::MIN, i8::MAX]);
        check(&[u8::MIN, u8::MAX]);
        check(&[i16::MIN, i16::MAX]);
        check(&[u16::MIN, u16::MAX]);
        check(&[i32::MIN, i32::MAX]);
        check(&[u32::MIN, u32::MAX]);
        check(&[i64::MIN, i64::MAX]);
        check(&[u64::MIN, u64::MAX]);
        check(&[f32::MIN, f32::MAX]);
        check(&[f64::MIN, f64::MAX]);
    }
}
