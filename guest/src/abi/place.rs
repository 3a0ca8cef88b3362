//! Pointers as parameters and results: references, valid during a call, and `GuestPtr`, which may
//! be kept.

use super::slice::address;
use super::{Address, Answer, Argument, Nothing, Output, Param, Setup, refuse};
use crate::HostLayout;
use crate::memory::{Loan, Range};
use crate::pointer::GuestPtr;
use std::marker::PhantomData;

/// A pointer that the host passed: checked, and borrowed until this value is dropped.
pub struct HeldPlace<T>(Loan, PhantomData<T>);

impl<T: HostLayout> HeldPlace<T> {
    fn new(start: Address, exclusive: bool, export: &'static str) -> Self {
        let (size, align) = (size_of::<T>(), align_of::<T>());
        let range = Range { start: address(start), size, align, exclusive };
        let loan = range.borrow().unwrap_or_else(|fault| refuse::pointer(range, fault, export));
        // SAFETY: the borrowed range is aligned and inside a block, whose bytes are initialised.
        if let Some(byte) = unsafe { T::invalid(loan.pointer().cast()) } {
            refuse::bool_behind_pointer(byte, export);
        }
        HeldPlace(loan, PhantomData)
    }
}

impl<T: HostLayout> Param for &T {
    type Low = Address;
    type High = ();
    type Held = HeldPlace<T>;
    type Lent<'call> = &'call T;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;
    type InGo = u64;

    fn hold(start: Address, (): (), export: &'static str) -> HeldPlace<T> {
        HeldPlace::new(start, false, export)
    }

    fn lend(held: &mut HeldPlace<T>) -> &T {
        // SAFETY: `hold` has checked that the bytes are a `T`; while the loan is held, nothing
        // writes to them.
        unsafe { &*held.0.pointer().cast() }
    }
}

impl<T: HostLayout> Param for &mut T {
    type Low = Address;
    type High = ();
    type Held = HeldPlace<T>;
    type Lent<'call> = &'call mut T;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;
    type InGo = u64;

    fn hold(start: Address, (): (), export: &'static str) -> HeldPlace<T> {
        HeldPlace::new(start, true, export)
    }

    fn lend(held: &mut HeldPlace<T>) -> &mut T {
        // SAFETY: `hold` has checked that the bytes are a `T`; the loan is exclusive.
        unsafe { &mut *held.0.pointer().cast() }
    }
}

impl<T: HostLayout> Argument for &T {
    type Low = Address;
    type High = ();
    type InGo = u64;

    fn lower(self) -> (Address, ()) {
        (std::ptr::from_ref(self).expose_provenance() as Address, ())
    }
}

impl<T: HostLayout> Argument for &mut T {
    type Low = Address;
    type High = ();
    type InGo = u64;

    fn lower(self) -> (Address, ()) {
        (std::ptr::from_mut(self).expose_provenance() as Address, ())
    }

    unsafe fn check(start: Address, import: &'static str) {
        // SAFETY: `start` is the address of a `T` that `lower` exposed and that is still borrowed.
        let invalid = unsafe { T::invalid(std::ptr::with_exposed_provenance(address(start))) };
        if let Some(byte) = invalid {
            refuse::bool_behind_pointer(byte, import);
        }
    }
}

impl<T: HostLayout> Param for GuestPtr<T> {
    type Low = Address;
    type High = ();
    type Held = GuestPtr<T>;
    type Lent<'call> = GuestPtr<T>;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;
    type InGo = u64;

    fn hold(start: Address, (): (), export: &'static str) -> GuestPtr<T> {
        GuestPtr::of(address(start), export)
    }

    fn lend(held: &mut GuestPtr<T>) -> GuestPtr<T> {
        *held
    }
}

impl<T: HostLayout> Output for GuestPtr<T> {
    type Core = Address;

    fn lower(self) -> Address {
        self.address() as Address
    }
}

impl<T: HostLayout> Argument for GuestPtr<T> {
    type Low = Address;
    type High = ();
    type InGo = u64;

    fn lower(self) -> (Address, ()) {
        (self.address() as Address, ())
    }
}

impl<T: HostLayout> Answer for GuestPtr<T> {
    type Core = Address;
    type Setup = Nothing;
    const SETUP: Nothing = Nothing;

    fn lift(start: Address, import: &'static str) -> GuestPtr<T> {
        GuestPtr::of(address(start), import)
    }
}
