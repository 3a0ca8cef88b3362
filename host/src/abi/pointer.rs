//! [`Pointer`]: a typed address in a guest's memory.

use std::fmt;
use std::marker::PhantomData;

use polyreactor_layout::{HostLayout, write_to};

use crate::abi::lift::{bytes_at, check_pointer};
use crate::abi::lower::lift_record;
use crate::error::BadValue;
use crate::instance::access::AsInstance;

/// The address of a `T` in a guest's memory (`ptr<T>` in a contract), as an argument of a host
/// function or the result of an export.
///
/// The address is checked each time the value is read or written. The value behind an argument is
/// valid until the host function returns or calls the guest; the value behind a result is valid
/// until the next call into the instance. From then on the guest may reuse the memory: a read may
/// return other data without an error (CONVENTION B010).
///
/// ```
/// use polyreactor_host::{BadValue, Caller, Engine, EngineConfig, InstanceConfig, Linker, Pointer};
/// use polyreactor_host::Reactor;
///
/// let double = |caller: &mut Caller<'_>, at: Pointer<i32>| -> Result<(), BadValue> {
///     let value = at.read(caller)?;
///     at.write(caller, &(value * 2))
/// };
/// let engine = Engine::new(&EngineConfig::new())?;
/// let mut linker = Linker::new(&engine);
/// linker.func("host", "double", double)?;
/// # let bytes = wat::parse_str(r#"
/// #     (module (import "host" "double" (func $double (param i32)))
/// #       (memory (export "memory") 1) (data (i32.const 8) "\15")
/// #       (func (export "_initialize"))
/// #       (func (export "answer") (result i32)
/// #         (call $double (i32.const 8)) (i32.load (i32.const 8))))"#)?;
/// let reactor = Reactor::from_bytes(&engine, &bytes)?;
/// let mut instance = linker.link(&reactor)?.instantiate(&InstanceConfig::new())?;
/// assert_eq!(instance.call::<i32>("answer", ())?, 42);
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

    /// The address: a byte offset in the guest's memory.
    pub fn address(self) -> u32 {
        self.address
    }

    /// Returns a copy of the value at the address.
    ///
    /// # Errors
    ///
    /// [`BadValue`] where the address is null, misaligned or out of bounds, where a bool in the
    /// value is neither 0 nor 1, where `instance` is not the pointer's instance, and where the
    /// instance is poisoned.
    pub fn read(self, instance: &mut impl AsInstance) -> Result<T, BadValue> {
        let memory = self.memory(instance)?;
        lift_record(bytes_at(self.address, size_of::<T>() as u32, memory)?)
    }

    /// Writes a value to the address. Bytes of padding keep their values.
    ///
    /// # Errors
    ///
    /// [`BadValue`] where the address is null, misaligned or out of bounds, where `instance` is not
    /// the pointer's instance, and where the instance is poisoned.
    pub fn write(self, instance: &mut impl AsInstance, value: &T) -> Result<(), BadValue> {
        let memory = self.memory(instance)?;
        let length = bytes_at(self.address, size_of::<T>() as u32, memory)?.len();
        write_to(value, &mut memory[self.address as usize..][..length]);
        Ok(())
    }

    fn memory(self, instance: &mut impl AsInstance) -> Result<&mut [u8], BadValue> {
        let state = instance.data();
        if state.id != self.instance {
            return Err(BadValue("a pointer into another instance".to_owned()));
        }
        if state.life.is_poisoned() {
            return Err(BadValue("a pointer into a poisoned instance".to_owned()));
        }
        check_pointer(self.address, align_of::<T>() as u32)?;
        Ok(instance.bytes())
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
