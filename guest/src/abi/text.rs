//! Strings: bytes of the host's in, and the plugin's own out.

use std::cell::RefCell;

use super::{Address, Answer, Argument, Output, Param, Setup, Text, refuse};
use crate::memory::{Loan, Range, consume};

/// A string that the host passed. The empty one needs no memory: its pointer may be anything.
pub struct HeldText {
    loan: Option<Loan>,
    length: usize,
}

impl Param for &str {
    type Low = Address;
    type High = Address;
    type Held = HeldText;
    type Lent<'call> = &'call str;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;
    type InGo = [u64; 2];

    fn hold(start: Address, length: Address, export: &'static str) -> HeldText {
        let (start, size) = (address(start), address(length));
        if size == 0 {
            return HeldText { loan: None, length: 0 };
        }
        let range = Range { start, size, align: 1, exclusive: false };
        let loan = range.borrow().unwrap_or_else(|fault| refuse::pointer(range, fault, export));
        let held = HeldText { loan: Some(loan), length: size };
        if let Err(error) = std::str::from_utf8(held.bytes()) {
            refuse::utf8(held.bytes(), error, export);
        }
        held
    }

    fn lend(held: &mut HeldText) -> &str {
        // SAFETY: `hold` has looked, and as long as the loan is held, nobody writes there.
        unsafe { std::str::from_utf8_unchecked(held.bytes()) }
    }
}

impl HeldText {
    fn bytes(&self) -> &[u8] {
        let Some(loan) = &self.loan else { return &[] };
        // SAFETY: the loan is of as many bytes inside a block, where all are initialised.
        unsafe { std::slice::from_raw_parts(loan.pointer(), self.length) }
    }
}

thread_local! {
    /// The last string that an export answered: the host reads it before the next call.
    static ANSWERED: RefCell<String> = const { RefCell::new(String::new()) };
}

impl Output for String {
    type Core = Text;

    fn lower(self) -> Text {
        ANSWERED.with_borrow_mut(|answered| {
            *answered = self;
            pack(answered)
        })
    }
}

impl Output for &'static str {
    type Core = Text;

    fn lower(self) -> Text {
        pack(self)
    }
}

impl Argument for &str {
    type Low = Address;
    type High = Address;
    type InGo = [u64; 2];

    fn lower(self) -> (Address, Address) {
        let start = if self.is_empty() { 0 } else { self.as_ptr().expose_provenance() };
        (start as Address, self.len() as Address)
    }
}

impl Answer for String {
    type Core = Text;
    type Setup = Setup;
    const SETUP: Setup = Setup::MEMORY;

    fn lift(core: Text, import: &'static str) -> String {
        let (start, size) = unpack(core);
        let who = "a host function answered";
        let Some(bytes) = consume(start, size, who) else {
            if size == 0 {
                return String::new();
            }
            refuse::answered(start, size, import)
        };
        String::from_utf8(bytes).unwrap_or_else(|error| {
            let fault = error.utf8_error();
            refuse::utf8(error.as_bytes(), fault, import)
        })
    }
}

/// What crosses is a number with a sign, what it stands for has none.
pub(super) fn address(core: Address) -> usize {
    #[cfg(target_arch = "wasm32")]
    return core as u32 as usize;
    #[cfg(not(target_arch = "wasm32"))]
    return core as usize;
}

fn pack(text: &str) -> Text {
    if text.is_empty() {
        return 0;
    }
    let start = text.as_ptr().expose_provenance();
    (start as Text) << (Text::BITS / 2) | text.len() as Text
}

fn unpack(core: Text) -> (usize, usize) {
    (address((core >> (Text::BITS / 2)) as Address), address(core as Address))
}
