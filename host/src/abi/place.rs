//! Rust types as parameters and results: their core types, the contract types that they fit, and
//! the core values of a call ([`Raw`]).

use std::any::type_name;
use std::mem::MaybeUninit;

use polyreactor_contract::{CoreType, ValueType};
use wasmtime::ValRaw;

/// A Rust type as a parameter.
#[derive(Clone, Copy)]
pub struct Param {
    pub(crate) core: &'static [CoreType],
    /// Whether the Rust type fits the type that a contract declares.
    pub(crate) fits: fn(&ValueType) -> bool,
    /// The difference that an error message adds where the types do not fit.
    pub(crate) difference: fn(&ValueType) -> Option<String>,
    pub(crate) kind: Kind,
    pub(crate) name: fn() -> &'static str,
}

/// A Rust type as a result.
#[derive(Clone, Copy)]
pub struct Returned {
    pub(crate) core: &'static [CoreType],
    /// Whether the Rust type fits the result that a contract declares.
    pub(crate) fits: fn(Option<&ValueType>) -> bool,
    pub(crate) kind: Kind,
    pub(crate) name: fn() -> &'static str,
}

/// How values of a Rust type are lowered and lifted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As one core value. In a host function, a number fits any part of a declared parameter, such
    /// as the length of a string.
    Number,
    /// As one core value, or none.
    Flat,
    /// With guest memory, or with the id of the instance.
    Memory,
}

impl Param {
    pub(crate) const fn new<T: ?Sized>(
        core: &'static [CoreType],
        kind: Kind,
        fits: fn(&ValueType) -> bool,
    ) -> Self {
        Param { core, fits, difference: |_| None, kind, name: type_name::<T> }
    }
}

impl Returned {
    pub(crate) const fn new<T: ?Sized>(
        core: &'static [CoreType],
        kind: Kind,
        fits: fn(Option<&ValueType>) -> bool,
    ) -> Self {
        Returned { core, fits, kind, name: type_name::<T> }
    }
}

/// The core values of a call: its arguments, which its results replace. The array is on the stack,
/// so that a call allocates nothing.
pub struct Raw {
    values: [MaybeUninit<ValRaw>; Raw::CAPACITY],
    count: usize,
}

impl Raw {
    /// Sixteen strings or lists, of two core values each.
    const CAPACITY: usize = 32;

    #[inline]
    pub(crate) fn new() -> Self {
        Raw { values: [MaybeUninit::uninit(); Raw::CAPACITY], count: 0 }
    }

    /// Whether the array has space for `count` values.
    pub(crate) fn has_room_for(&self, count: usize) -> bool {
        count <= Raw::CAPACITY
    }

    #[inline]
    pub(crate) fn push(&mut self, value: ValRaw) {
        self.values[self.count].write(value);
        self.count += 1;
    }

    /// The slice that a call reads its arguments from and writes its `results` results to.
    #[inline]
    pub(crate) fn for_call(&mut self, results: usize) -> *mut [ValRaw] {
        let values = &mut self.values[..self.count.max(results)];
        std::ptr::from_mut(values) as *mut [ValRaw]
    }

    /// The results of a call.
    ///
    /// # Safety
    ///
    /// A call has written `count` results.
    #[inline]
    pub(crate) unsafe fn results(&self, count: usize) -> &[ValRaw] {
        // SAFETY: the caller guarantees that these values are written.
        unsafe { self.values[..count].assume_init_ref() }
    }
}
