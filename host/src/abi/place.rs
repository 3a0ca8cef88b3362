//! A Rust type in the place of a parameter or of a result: its core types, and what it fits.

use std::any::type_name;
use std::mem::MaybeUninit;

use polyreactor_contract::{CoreType, ValueType};
use wasmtime::ValRaw;

/// A type in the place of a parameter.
#[derive(Clone, Copy)]
pub struct Param {
    pub(crate) core: &'static [CoreType],
    /// Whether it is what a contract declares.
    pub(crate) fits: fn(&ValueType) -> bool,
    /// What a message adds where it does not fit.
    pub(crate) difference: fn(&ValueType) -> Option<String>,
    pub(crate) kind: Kind,
    pub(crate) name: fn() -> &'static str,
}

/// A type in the place of a result.
#[derive(Clone, Copy)]
pub struct Returned {
    pub(crate) core: &'static [CoreType],
    /// Whether it is what a contract declares.
    pub(crate) fits: fn(Option<&ValueType>) -> bool,
    pub(crate) kind: Kind,
    pub(crate) name: fn() -> &'static str,
}

/// What a type needs on its way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A core number. In a host function it may be a part of what a contract declares.
    Number,
    /// One core value, or none.
    Flat,
    /// The guest's memory.
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

/// The core values of a call: its parameters, then its results. On the stack, so that nothing is
/// allocated for them.
pub struct Raw {
    values: [MaybeUninit<ValRaw>; Raw::ROOM],
    count: usize,
}

impl Raw {
    /// Sixteen strings or lists, of two core values each.
    const ROOM: usize = 32;

    #[inline]
    pub(crate) fn new() -> Self {
        Raw { values: [MaybeUninit::uninit(); Raw::ROOM], count: 0 }
    }

    /// Whether that many values have room.
    pub(crate) fn has_room_for(&self, count: usize) -> bool {
        count <= Raw::ROOM
    }

    #[inline]
    pub(crate) fn push(&mut self, value: ValRaw) {
        self.values[self.count].write(value);
        self.count += 1;
    }

    /// The parameters, and room for so many results in their place.
    #[inline]
    pub(crate) fn for_call(&mut self, results: usize) -> *mut [ValRaw] {
        let room = &mut self.values[..self.count.max(results)];
        std::ptr::from_mut(room) as *mut [ValRaw]
    }

    /// # Safety
    ///
    /// A call has written that many results.
    #[inline]
    pub(crate) unsafe fn results(&self, count: usize) -> &[ValRaw] {
        // SAFETY: as the caller promises.
        unsafe { self.values[..count].assume_init_ref() }
    }
}
