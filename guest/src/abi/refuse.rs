//! What is said when the host passes what is no value: panics, each with the function's name.

use std::str::Utf8Error;

use crate::memory::{Fault, Range};

#[cold]
#[inline(never)]
pub(crate) fn bool(core: i32, function: &str) -> ! {
    panic!("`{function}`: the host passed {core} for a bool, 0 or 1 expected")
}

#[cold]
#[inline(never)]
pub(crate) fn behind(byte: u8, function: &str) -> ! {
    panic!("`{function}`: the host wrote {byte} for a bool behind a pointer, 0 or 1 expected")
}

#[cold]
#[inline(never)]
pub(crate) fn in_a_list(byte: u8, function: &str) -> ! {
    panic!("`{function}`: the host passed {byte} for a bool in a list, 0 or 1 expected")
}

#[cold]
#[inline(never)]
pub(crate) fn utf8(bytes: &[u8], error: Utf8Error, function: &str) -> ! {
    let (at, size) = (error.valid_up_to(), bytes.len());
    panic!(
        "`{function}`: the host passed a string that is not UTF-8: \
         the byte {at} of {size} is {:#04x}",
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
            "`{function}`: the pointer {start:#x} and the {size} bytes from there are not inside \
             a block that `polyreactor_alloc` gave and that is not freed yet"
        ),
        Fault::Shared => panic!(
            "`{function}`: the pointer {start:#x} and the {size} bytes from there overlap with \
             an argument of a running call, and one of the two is written to"
        ),
    }
}

#[cold]
#[inline(never)]
pub(crate) fn answered(what: &str, size: Option<usize>, start: usize, import: &str) -> ! {
    let Some(size) = size else {
        panic!("`{import}`: the host answered a {what} of more bytes than there are")
    };
    panic!(
        "`{import}`: the host answered a {what} of {size} bytes at {start:#x}, where no block \
         begins that it took from `polyreactor_alloc` and that has as many"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn answered_misaligned(what: &str, start: usize, align: usize, import: &str) -> ! {
    panic!(
        "`{import}`: the host answered a {what} at {start:#x}, which is not a multiple of {align}"
    )
}
