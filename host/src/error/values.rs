//! Invalid values from a guest, ranges outside of its memory, and the resources with a limit.

use std::error::Error as StdError;
use std::fmt;

use polyreactor_contract::BadMemory;

/// Bits from a guest that are not a value of their type: a string that is not UTF-8, a bool of 2, a
/// pointer that is null, misaligned or out of bounds.
///
/// [`Display`](fmt::Display) says which value was found, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadValue(pub(crate) String);

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for BadValue {}

impl From<BadMemory> for BadValue {
    fn from(cause: BadMemory) -> Self {
        BadValue(cause.to_string())
    }
}

/// A range of addresses that is not entirely inside of the guest's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutOfBounds {
    /// The address of the first byte of the range.
    pub address: u32,
    /// The length of the range, in bytes.
    pub length: u32,
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OutOfBounds { address, length } = self;
        write!(f, "the guest has no memory of {length} bytes at {address:#x}")
    }
}

impl StdError for OutOfBounds {}

/// A resource of a guest that has a limit ([`InstanceConfig`](crate::InstanceConfig)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// Linear memory. Its limit is in bytes.
    Memory,
    /// A table. Its limit is in elements.
    Table,
}

/// A growth of a memory or table that was refused.
#[derive(Clone, Copy)]
pub(crate) struct Growth {
    pub(crate) resource: Resource,
    /// The smaller of the embedder's limit and the maximum that the module declares; where the
    /// machine refused an allowed growth, the size before it. In bytes or elements.
    pub(crate) limit: u64,
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.resource, self.limit) {
            (Resource::Memory, bytes) if bytes % (1 << 20) == 0 => {
                write!(f, "more memory than the {} MiB that it may have", bytes >> 20)
            }
            (Resource::Memory, bytes) if bytes % (1 << 10) == 0 => {
                write!(f, "more memory than the {} KiB that it may have", bytes >> 10)
            }
            (Resource::Memory, bytes) => {
                write!(f, "more memory than the {bytes} bytes that it may have")
            }
            (Resource::Table, elements) => {
                write!(f, "a larger table than the {elements} elements that it may have")
            }
        }
    }
}
