//! Lists of scalars on their way into a guest and out of it: an address and a number of elements.

use std::error::Error as StdError;
use std::sync::Arc;

use polyreactor_contract::{List, Scalar, ValueType};
use polyreactor_layout::{ListElement, list_bytes};
use wasmtime::ValRaw;

use crate::abi::call_scope::{Block, Session};
use crate::abi::host_value::{Gives, HostParam, HostResult, Param};
use crate::abi::values::{Answer, Argument, BadValue, Guest, sealed};
use crate::{Caller, CoreType, Error};

impl<T: ListElement> sealed::Sealed for &[T] {}
impl<T: ListElement> sealed::Sealed for Vec<T> {}

impl<T: ListElement> Argument for &[T] {
    fn types() -> &'static [CoreType] {
        &[CoreType::I32, CoreType::I32]
    }

    fn fits(ty: &ValueType) -> bool {
        is_list_of::<T>(ty)
    }

    fn lower(
        &self,
        session: &mut Session<'_>,
        raw: &mut Vec<ValRaw>,
    ) -> Result<Option<Block>, Error> {
        lower(list_bytes(self), T::SCALAR, session, raw).map(|()| None)
    }
}

impl<T: ListElement> Answer for Vec<T> {
    fn types() -> &'static [CoreType] {
        &[CoreType::I64]
    }

    fn fits(ty: Option<&ValueType>) -> bool {
        ty.is_some_and(is_list_of::<T>)
    }

    fn lift(raw: &ValRaw, guest: Guest<'_>) -> Result<Self, BadValue> {
        let (address, count) = unpack(raw);
        lift(address, count, guest.memory)
    }
}

impl<T: ListElement> HostParam for Vec<T> {
    const PARAM: Param = Param {
        core: &[CoreType::I32, CoreType::I32],
        fits: Some(is_list_of::<T>),
        needs_memory: true,
        name: std::any::type_name::<Vec<T>>,
    };

    fn lift(raw: &[ValRaw], guest: Guest<'_>) -> Result<Self, BadValue> {
        lift(raw[0].get_u32(), raw[1].get_u32(), guest.memory)
    }
}

impl<T: ListElement> HostResult for Vec<T> {
    const GIVES: Gives = Gives {
        core: &[CoreType::I64],
        fits: Some(<Vec<T> as Answer>::fits),
        name: std::any::type_name::<Vec<T>>,
    };

    fn lower(self, caller: &mut Caller<'_>) -> Result<ValRaw, Arc<dyn StdError + Send + Sync>> {
        match caller.give(list_bytes(&self), T::SCALAR.size_bytes() as u32) {
            // There are no more elements than bytes, which fit.
            Ok(address) => Ok(ValRaw::u64(u64::from(address) << 32 | self.len() as u64)),
            Err(error) => Err(Arc::new(error)),
        }
    }
}

fn is_list_of<T: ListElement>(ty: &ValueType) -> bool {
    *ty == ValueType::List(T::SCALAR)
}

/// Passes scalars that lie in memory like `bytes`. None take no memory.
pub(crate) fn lower(
    bytes: &[u8],
    scalar: Scalar,
    session: &mut Session<'_>,
    raw: &mut Vec<ValRaw>,
) -> Result<(), Error> {
    let size = scalar.size_bytes() as u32;
    let (address, count) = match bytes.len() {
        0 => (0, 0),
        _ => session.lend(bytes, size).map(|block| (block.address, block.size / size))?,
    };
    raw.extend([ValRaw::u32(address), ValRaw::u32(count)]);
    Ok(())
}

/// A copy of a list that an export has answered.
pub(crate) fn lift_result(
    raw: &ValRaw,
    scalar: Scalar,
    guest: Guest<'_>,
) -> Result<List, BadValue> {
    let (address, count) = unpack(raw);
    Ok(List::load(scalar, piece(address, count, scalar, guest.memory)?)?)
}

fn lift<T: ListElement>(address: u32, count: u32, memory: &[u8]) -> Result<Vec<T>, BadValue> {
    let bytes = piece(address, count, T::SCALAR, memory)?;
    polyreactor_layout::read_list(bytes).ok_or_else(|| {
        let found = bytes.iter().find(|byte| **byte > 1).copied().unwrap_or_default();
        BadValue(format!("{found} for a bool in a list, 0 or 1 expected"))
    })
}

/// The address is the high half, the number of elements the low one.
fn unpack(raw: &ValRaw) -> (u32, u32) {
    let packed = raw.get_u64();
    ((packed >> 32) as u32, packed as u32)
}

/// The bytes of a list, checked as a pointer is. The address of an empty one means nothing.
fn piece(address: u32, count: u32, scalar: Scalar, memory: &[u8]) -> Result<&[u8], BadValue> {
    let size = scalar.size_bytes();
    let bad = |why: &str| {
        Err(BadValue(format!("a list<{scalar}> of {count} at {address:#x}, which {why}")))
    };
    if count == 0 {
        return Ok(&[]);
    }
    if address == 0 {
        return bad("is null");
    }
    if !(address as usize).is_multiple_of(size) {
        return bad(&format!("is no multiple of {size}"));
    }
    let begin = address as usize;
    let end = (count as usize).checked_mul(size).and_then(|length| begin.checked_add(length));
    match end.and_then(|end| memory.get(begin..end)) {
        Some(bytes) => Ok(bytes),
        None => bad("is not all in its memory"),
    }
}
