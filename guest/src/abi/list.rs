//! Lists of scalars as parameters and results: `&[T]`, `Vec<T>`, `&'static [T]`.

use super::refuse::Side;
use super::slice::{HeldSlice, keep, lift, lower, pack};
use super::{Address, Answer, Argument, Output, Packed, Param, Setup, refuse};
use crate::layout::{ListElement, read_list};

impl<T: ListElement> Param for &[T] {
    type Low = Address;
    type High = Address;
    type Held = HeldSlice<T>;
    type Lent<'call> = &'call [T];
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;
    type InGo = [u64; 2];

    fn hold(start: Address, count: Address, export: &'static str) -> HeldSlice<T> {
        HeldSlice::new(start, count, export)
    }

    fn lend(held: &mut HeldSlice<T>) -> &[T] {
        held.elements()
    }
}

/// A copy of the host's list.
impl<T: ListElement> Param for Vec<T> {
    type Low = Address;
    type High = Address;
    type Held = HeldSlice<T>;
    type Lent<'call> = Vec<T>;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;
    type InGo = [u64; 2];

    fn hold(start: Address, count: Address, export: &'static str) -> HeldSlice<T> {
        HeldSlice::new(start, count, export)
    }

    fn lend(held: &mut HeldSlice<T>) -> Vec<T> {
        held.elements().to_vec()
    }
}

impl<T: ListElement> Output for Vec<T> {
    type Core = Packed;

    fn lower(self) -> Packed {
        keep(self)
    }
}

impl<T: ListElement> Output for &'static [T] {
    type Core = Packed;

    fn lower(self) -> Packed {
        pack(self)
    }
}

impl<T: ListElement> Argument for &[T] {
    type Low = Address;
    type High = Address;
    type InGo = [u64; 2];

    fn lower(self) -> (Address, Address) {
        lower(self)
    }
}

impl<T: ListElement> Answer for Vec<T> {
    type Core = Packed;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;

    fn lift(core: Packed, import: &'static str) -> Vec<T> {
        lift::<T, _>(core, "list", import, |bytes| {
            read_list(bytes).unwrap_or_else(|| {
                let byte = bytes.iter().copied().find(|byte| *byte > 1).unwrap_or_default();
                refuse::bool_in_list(byte, Side::Result, import)
            })
        })
    }
}
