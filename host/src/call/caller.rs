//! What a host function sees of the guest that called it: its memory, its exports, its time.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polyreactor_contract::ALLOC;
use wasmtime::{AsContextMut, Extern};

use crate::abi::call_scope as session;
use crate::call::by_name as calls;
use crate::call::func::private::{Door, Enter};
use crate::call::params::{Params, Results};
use crate::call::{declared, invoke};
use crate::instance::life_cycle::Entry;
use crate::instance::state::State;
use crate::load::reactor::Compiled;
use crate::{Answer, Arguments, Error, Func, Returned, Val};

/// The guest that called a host function: its memory, its exports, and what it may still take.
pub struct Caller<'a> {
    inner: wasmtime::Caller<'a, State>,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(inner: wasmtime::Caller<'a, State>) -> Self {
        Caller { inner }
    }

    pub(crate) fn data(&self) -> &State {
        self.inner.data()
    }

    /// The guest's whole memory. It lies where it is until the host function returns, or calls
    /// the guest.
    pub fn memory(&mut self) -> &mut [u8] {
        match self.inner.get_export("memory") {
            Some(Extern::Memory(memory)) => memory.data_mut(&mut self.inner),
            // A module without it is not loaded (R004).
            _ => &mut [],
        }
    }

    /// The `length` bytes at an address of the guest's memory.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] where the guest has no memory there.
    pub fn read(&mut self, address: u32, length: u32) -> Result<&[u8], OutOfBounds> {
        read(self.memory(), address, length)
    }

    /// Writes bytes to an address of the guest's memory.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] where the guest has no memory there; then nothing is written.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        write(self.memory(), address, bytes)
    }

    /// Looks up an export of the guest's, to be called while it waits for this host function
    /// (B009).
    ///
    /// ```
    /// use polyreactor_host::{Caller, Engine, Error, InstanceConfig, Reactor};
    ///
    /// let ask = |caller: &mut Caller<'_>| -> Result<i32, Error> {
    ///     let answer = caller.func::<(), i32>("answer")?;
    ///     answer.call(caller, ())
    /// };
    /// let engine = Engine::builder()?.function("host", "ask", ask)?.build();
    /// # let bytes = wat::parse_str(r#"
    /// #     (module (import "host" "ask" (func $ask (result i32)))
    /// #       (memory (export "memory") 1) (func (export "_initialize"))
    /// #       (func (export "answer") (result i32) (i32.const 42))
    /// #       (func (export "go") (result i32) (call $ask)))"#)?;
    /// let mut instance = Reactor::from_bytes(&engine, &bytes)?.instantiate(&InstanceConfig::new())?;
    /// assert_eq!(instance.func::<(), i32>("go")?.call(&mut instance, ())?, 42);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A call that fails ends the instance, and so the call that this host function is part of,
    /// whatever the host function makes of it. How deep calls go is bounded by the stack.
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Look-up"; [`Error::NotReady`] where it was
    /// `_initialize` that called the host function.
    pub fn func<P: Params, R: Results>(&mut self, name: &str) -> Result<Func<P, R>, Error> {
        let reactor = self.reactor(name)?;
        calls::typed(self.inner.as_context_mut(), &reactor, name)
    }

    /// Calls an export of the guest's by name, with values whose types are known only now.
    ///
    /// # Errors
    ///
    /// As for [`Instance::call`](crate::Instance::call), and [`Error::NotReady`].
    pub fn call(&mut self, name: &str, values: &[Val]) -> Result<Vec<Val>, Error> {
        let reactor = self.reactor(name)?;
        calls::dynamic(self.inner.as_context_mut(), &reactor, Entry::Again, name, values)
    }

    /// Calls an export of the guest's by name with Rust's own values.
    ///
    /// # Errors
    ///
    /// As for [`Instance::invoke`](crate::Instance::invoke), and [`Error::NotReady`].
    pub fn invoke<R: Answer>(&mut self, name: &str, arguments: impl Arguments) -> Result<R, Error> {
        let reactor = self.reactor(name)?;
        invoke::invoke(self.inner.as_context_mut(), &reactor, Entry::Again, name, arguments)
    }

    /// Calls an export of the guest's by name with values of its contract's types, which are
    /// known only now.
    ///
    /// # Errors
    ///
    /// As for [`Instance::call_declared`](crate::Instance::call_declared), and
    /// [`Error::NotReady`].
    pub fn call_declared(&mut self, name: &str, values: &[Val]) -> Result<Returned, Error> {
        let reactor = self.reactor(name)?;
        declared::call(self.inner.as_context_mut(), &reactor, Entry::Again, name, values)
    }

    /// Takes memory of the guest for bytes, which is the guest's from then on: what a host
    /// function gives back as a string or a list. No bytes take none. Answers the address.
    pub(crate) fn give(&mut self, bytes: &[u8], align: u32) -> Result<u32, Error> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let none = |_| Error::NoMemory { size: bytes.len() as u64 };
        let size = u32::try_from(bytes.len()).map_err(none)?;
        let reactor = self.reactor(ALLOC)?;
        let store = self.inner.as_context_mut();
        let block = session::take(store, &reactor, Entry::Again, size, align)?;
        self.memory()[block.address as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(block.address)
    }

    fn reactor(&self, name: &str) -> Result<Arc<Compiled>, Error> {
        match &self.data().inside {
            Some(inside) => Ok(inside.reactor.clone()),
            None => Err(Error::NotReady { export: name.into() }),
        }
    }

    /// What [`InstanceConfig::state`](crate::InstanceConfig::state) put there; `None` where that
    /// was nothing of this type.
    pub fn state<T: 'static>(&mut self) -> Option<&mut T> {
        self.inner.data_mut().own.as_mut()?.downcast_mut()
    }

    /// What is left for the call; `None` where it has no deadline. A host function is not cut
    /// short, but the call ends when it returns late.
    pub fn time_left(&self) -> Option<Duration> {
        self.data().watch.time_left()
    }

    /// Whether the call has been cancelled; what takes long may look at it now and then.
    pub fn is_cancelled(&self) -> bool {
        self.data().watch.cancellation().is_cancelled()
    }

    /// The plugin's name, as its instance was given it.
    pub fn plugin(&self) -> &str {
        &self.data().plugin
    }
}

impl Enter for Caller<'_> {
    fn door(&mut self) -> Door<'_> {
        let id = self.data().id;
        Door { id, store: self.inner.as_context_mut(), entry: Entry::Again }
    }

    fn memory(&mut self) -> &mut [u8] {
        Caller::memory(self)
    }
}

impl fmt::Debug for Caller<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("plugin", &self.plugin()).finish_non_exhaustive()
    }
}

/// The bytes that lie there in a guest's memory.
pub(crate) fn read(memory: &[u8], address: u32, length: u32) -> Result<&[u8], OutOfBounds> {
    let end = address as usize + length as usize;
    memory.get(address as usize..end).ok_or(OutOfBounds { address, length })
}

/// Writes bytes to a place in a guest's memory.
pub(crate) fn write(memory: &mut [u8], address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
    let end = address as usize + bytes.len();
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let place = memory.get_mut(address as usize..end).ok_or(OutOfBounds { address, length })?;
    place.copy_from_slice(bytes);
    Ok(())
}

/// A place that is not in the guest's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutOfBounds {
    /// Where it begins.
    pub address: u32,
    /// Its length in bytes.
    pub length: u32,
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OutOfBounds { address, length } = self;
        write!(f, "the guest has no memory of {length} bytes at {address:#x}")
    }
}

impl StdError for OutOfBounds {}
