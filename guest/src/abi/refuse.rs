//! Panics for invalid values from the host. Each message names the function.

use std::str::Utf8Error;

use crate::memory::{Fault, Range};

/// Where a value is from.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    /// An argument of an export.
    Argument,
    /// The result of a host function.
    Result,
}

impl Side {
    fn verb(self) -> &'static str {
        match self {
            Side::Argument => "passed",
            Side::Result => "returned",
        }
    }
}

#[cold]
#[inline(never)]
pub(crate) fn bool(core: i32, side: Side, function: &str) -> ! {
    panic!("`{function}`: the host {} {core} for a bool, 0 or 1 expected", side.verb())
}

#[cold]
#[inline(never)]
pub(crate) fn bool_behind_pointer(byte: u8, function: &str) -> ! {
    panic!("`{function}`: the host wrote {byte} for a bool behind a pointer, 0 or 1 expected")
}

#[cold]
#[inline(never)]
pub(crate) fn bool_in_list(byte: u8, side: Side, function: &str) -> ! {
    panic!("`{function}`: the host {} {byte} for a bool in a list, 0 or 1 expected", side.verb())
}

#[cold]
#[inline(never)]
pub(crate) fn utf8(bytes: &[u8], error: Utf8Error, side: Side, function: &str) -> ! {
    let (at, size) = (error.valid_up_to(), bytes.len());
    panic!(
        "`{function}`: the host {} a string that is not UTF-8: \
         the byte {at} of {size} is {:#04x}",
        side.verb(),
        bytes[at]
    )
}

#[cold]
#[inline(never)]
pub(crate) fn pointer(range: Range, fault: Fault, function: &str) -> ! {
    let Range { start, size, align, .. } = range;
    match fault {
        Fault::Null => panic!("`{function}`: the pointer is null"),
        Fault::Misaligned => {
            panic!("`{function}`: the pointer {start:#x} is not a multiple of {align}")
        }
        Fault::Outside => panic!(
            "`{function}`: the {size} bytes at {start:#x} are not inside a block that \
             `polyreactor_alloc` has allocated and that is not freed yet"
        ),
        Fault::Shared => panic!(
            "`{function}`: the {size} bytes at {start:#x} overlap with an argument of a running \
             call, and one of the two may be written to"
        ),
    }
}

#[cold]
#[inline(never)]
pub(crate) fn result_without_block(
    what: &str,
    size: Option<usize>,
    start: usize,
    import: &str,
) -> ! {
    let Some(size) = size else {
        panic!("`{import}`: the host returned a {what} of more bytes than the address space has")
    };
    panic!(
        "`{import}`: the host returned a {what} of {size} bytes at {start:#x}, where no block of \
         at least as many bytes begins that `polyreactor_alloc` has allocated"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn misaligned_result(what: &str, start: usize, align: usize, import: &str) -> ! {
    panic!(
        "`{import}`: the host returned a {what} at {start:#x}, which is not a multiple of {align}"
    )
}
