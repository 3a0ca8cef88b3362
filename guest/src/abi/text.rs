//! Strings as parameters and results: `&str`, `String`, `&'static str`. They are checked to be
//! UTF-8.

use super::refuse::Side;
use super::slice::{HeldSlice, keep, lift, lower, pack};
use super::{Address, Answer, Argument, Output, Packed, Param, Setup, refuse};

impl Param for &str {
    type Low = Address;
    type High = Address;
    type Held = HeldSlice<u8>;
    type Lent<'call> = &'call str;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;
    type InGo = [u64; 2];

    fn hold(start: Address, length: Address, export: &'static str) -> HeldSlice<u8> {
        let held = HeldSlice::new(start, length, export);
        if let Err(error) = std::str::from_utf8(held.elements()) {
            refuse::utf8(held.elements(), error, Side::Argument, export);
        }
        held
    }

    fn lend(held: &mut HeldSlice<u8>) -> &str {
        // SAFETY: `hold` has checked the bytes, and while they are held nothing writes to them.
        unsafe { std::str::from_utf8_unchecked(held.elements()) }
    }
}

/// A copy of the host's string.
impl Param for String {
    type Low = Address;
    type High = Address;
    type Held = HeldSlice<u8>;
    type Lent<'call> = String;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;
    type InGo = [u64; 2];

    fn hold(start: Address, length: Address, export: &'static str) -> HeldSlice<u8> {
        <&str>::hold(start, length, export)
    }

    fn lend(held: &mut HeldSlice<u8>) -> String {
        <&str>::lend(held).to_owned()
    }
}

impl Output for String {
    type Core = Packed;

    fn lower(self) -> Packed {
        keep(self.into_bytes())
    }
}

impl Output for &'static str {
    type Core = Packed;

    fn lower(self) -> Packed {
        pack(self.as_bytes())
    }
}

impl Argument for &str {
    type Low = Address;
    type High = Address;
    type InGo = [u64; 2];

    fn lower(self) -> (Address, Address) {
        lower(self.as_bytes())
    }
}

impl Answer for String {
    type Core = Packed;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;

    fn lift(core: Packed, import: &'static str) -> String {
        let bytes = lift::<u8, _>(core, "string", import, <[u8]>::to_vec);
        String::from_utf8(bytes).unwrap_or_else(|error| {
            let fault = error.utf8_error();
            refuse::utf8(error.as_bytes(), fault, Side::Result, import)
        })
    }
}
