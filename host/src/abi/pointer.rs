//! Addresses in a guest's memory, with the type of what lies there.

use std::fmt;
use std::marker::PhantomData;

use polyreactor_contract::ValueType;
use polyreactor_layout::{HostLayout, write_to};
use wasmtime::ValRaw;

use crate::abi::record::points_at;
use crate::abi::values::sealed::Sealed;
use crate::abi::values::{Answer, BadValue, Guest, check_pointer, piece, record};
use crate::{AsInstance, CoreType};

/// The address of a value in a guest's memory: what a host function is passed for a `ptr<T>`, or
/// an export answers.
///
/// It is looked at when it is read or written, each time. What an export has answered is sure to
/// be there until the next call into that instance only (B010).
///
/// ```
/// use polyreactor_host::{BadValue, Caller, Engine, InstanceConfig, Pointer, Reactor};
///
/// let double = |caller: &mut Caller<'_>, at: Pointer<i32>| -> Result<(), BadValue> {
///     let value = at.read(caller)?;
///     at.write(caller, &(value * 2))
/// };
/// let engine = Engine::builder()?.function("host", "double", double)?.build();
/// # let bytes = wat::parse_str(r#"
/// #     (module (import "host" "double" (func $double (param i32)))
/// #       (memory (export "memory") 1) (data (i32.const 8) "\15")
/// #       (func (export "_initialize"))
/// #       (func (export "answer") (result i32)
/// #         (call $double (i32.const 8)) (i32.load (i32.const 8))))"#)?;
/// let mut instance = Reactor::from_bytes(&engine, &bytes)?.instantiate(&InstanceConfig::new())?;
/// assert_eq!(instance.invoke::<i32>("answer", ())?, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Pointer<T> {
    address: u32,
    instance: u64,
    of: PhantomData<fn() -> T>,
}

impl<T: HostLayout> Pointer<T> {
    pub(crate) fn new(address: u32, instance: u64) -> Self {
        Pointer { address, instance, of: PhantomData }
    }

    /// The address, in bytes.
    pub fn address(self) -> u32 {
        self.address
    }

    /// A copy of what lies there.
    ///
    /// # Errors
    ///
    /// [`BadValue`] where it is null, misaligned, or out of bounds, or what lies there is no `T`;
    /// where the instance has ended, or is another one.
    pub fn read(self, guest: &mut impl AsInstance) -> Result<T, BadValue> {
        self.check(guest)?;
        record(piece(self.address, size_of::<T>() as u32, guest.memory())?)
    }

    /// Puts a value there. Padding stays as it is.
    ///
    /// # Errors
    ///
    /// [`BadValue`] where it is null, misaligned, or out of bounds; where the instance has ended,
    /// or is another one.
    pub fn write(self, guest: &mut impl AsInstance, value: &T) -> Result<(), BadValue> {
        self.check(guest)?;
        let memory = guest.memory();
        let length = piece(self.address, size_of::<T>() as u32, memory)?.len();
        write_to(value, &mut memory[self.address as usize..][..length]);
        Ok(())
    }

    fn check(self, guest: &mut impl AsInstance) -> Result<(), BadValue> {
        let door = guest.door();
        if door.id != self.instance {
            return Err(BadValue("a pointer into another instance".to_owned()));
        }
        if !door.store.data().life.is_well() {
            return Err(BadValue("a pointer into an instance that has ended".to_owned()));
        }
        check_pointer(self.address, align_of::<T>() as u32)
    }
}

impl<T: HostLayout> Sealed for Pointer<T> {}

impl<T: HostLayout> Answer for Pointer<T> {
    fn types() -> &'static [CoreType] {
        &[CoreType::I32]
    }

    fn fits(ty: Option<&ValueType>) -> bool {
        ty.is_some_and(points_at::<T>)
    }

    fn lift(raw: &ValRaw, guest: Guest<'_>) -> Result<Self, BadValue> {
        Ok(Pointer::new(raw.get_u32(), guest.instance))
    }
}

impl<T> Clone for Pointer<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Pointer<T> {}

impl<T> fmt::Debug for Pointer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pointer({:#x})", self.address)
    }
}
