//! Values and places that a guest got wrong, and what a guest can run out of.

use std::error::Error as StdError;
use std::fmt;

use polyreactor_contract::BadMemory;

/// A guest handed over bits that are no value of their type: a string that is not UTF-8, a bool of
/// 2, a pointer to nowhere.
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

/// A place that is not in the guest's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutOfBounds {
    /// The address of its first byte.
    pub address: u32,
    /// Its length, in bytes.
    pub length: u32,
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OutOfBounds { address, length } = self;
        write!(f, "the guest has no memory of {length} bytes at {address:#x}")
    }
}

impl StdError for OutOfBounds {}

/// What a guest can run out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// Linear memory, counted in bytes.
    Memory,
    /// Room in a table, counted in elements.
    Table,
}

/// A growth that a guest asked for.
#[derive(Clone, Copy)]
pub(crate) struct Growth {
    pub(crate) resource: Resource,
    /// The most that there may be: by the embedder's word, or by the module's own.
    pub(crate) limit: u64,
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.resource, self.limit) {
            (Resource::Memory, bytes) if bytes % (1 << 20) == 0 => {
                write!(f, "more memory than its {} MiB", bytes >> 20)
            }
            (Resource::Memory, bytes) if bytes % (1 << 10) == 0 => {
                write!(f, "more memory than its {} KiB", bytes >> 10)
            }
            (Resource::Memory, bytes) => write!(f, "more memory than its {bytes} bytes"),
            (Resource::Table, elements) => {
                write!(f, "a table of more than its {elements} elements")
            }
        }
    }
}
