//! [`Caller`]: a host function's view of the guest that called it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polyreactor_contract::ALLOC;
use wasmtime::AsContextMut;

use crate::abi::call_scope::GuestAlloc;
use crate::abi::{Allocator, Guest};
use crate::error::CallError;
use crate::instance::access::AsInstance;
use crate::instance::access::private::{Access, Enter};
use crate::instance::life_cycle::Entry;
use crate::instance::state::{self, State};
use crate::instance::template::Template;
use crate::os::fork;

/// The guest that called a host function: gives the host function access to the guest's memory, its
/// exports, and the time left for the call.
///
/// ```
/// use polyreactor_host::{Caller, CallError, Engine, EngineConfig, InstanceConfig, Linker, Reactor};
///
/// let engine = Engine::new(&EngineConfig::new())?;
/// let mut linker = Linker::new(&engine);
/// linker.func("host", "ask", |caller: &mut Caller<'_>| -> Result<i32, CallError> {
///     caller.call("answer", ())
/// })?;
/// # let bytes = wat::parse_str(r#"
/// #     (module (import "host" "ask" (func $ask (result i32)))
/// #       (memory (export "memory") 1) (func (export "_initialize"))
/// #       (func (export "answer") (result i32) (i32.const 42))
/// #       (func (export "go") (result i32) (call $ask)))"#)?;
/// let linked = linker.link(&Reactor::from_bytes(&engine, &bytes)?)?;
/// let mut instance = linked.instantiate(&InstanceConfig::new())?;
/// assert_eq!(instance.call::<i32>("go", ())?, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A host function that `_initialize` calls can't call the guest: such a call returns
/// [`CallError::NotReady`] (CONVENTION B001). The guest's memory can be read and written then.
pub struct Caller<'a> {
    inner: wasmtime::Caller<'a, State>,
    /// `None` until a call needs it, and while `_initialize` is running.
    template: Option<Arc<Template>>,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(inner: wasmtime::Caller<'a, State>) -> Self {
        Caller { inner, template: None }
    }

    /// The time left until the call's deadline, zero after it; `None` where the call has no
    /// deadline. The host does not interrupt a host function: a call past its deadline ends with
    /// [`CallError::Timeout`] when the host function returns.
    pub fn time_left(&self) -> Option<Duration> {
        self.inner.data().deadline.time_left()
    }

    /// Whether the call has been cancelled. The host does not interrupt a host function: a host
    /// function that runs long checks this regularly and returns.
    pub fn is_cancelled(&self) -> bool {
        self.inner.data().deadline.cancellation().is_cancelled()
    }

    /// The guest's memory, to lift arguments from; works while `_initialize` is running, too. The
    /// memory is empty unless `reads_memory`.
    pub(crate) fn guest(&mut self, reads_memory: bool) -> Guest<'_> {
        let instance = self.inner.data().id;
        let memory = if reads_memory { self.bytes() } else { &mut [] };
        Guest { memory, instance }
    }
}

impl Allocator for Caller<'_> {
    fn guest_alloc(&mut self) -> Result<GuestAlloc<'_>, CallError> {
        let Access { store, template, entry } = self.access().ready(ALLOC)?;
        Ok(GuestAlloc { store, template, entry })
    }
}

impl AsInstance for Caller<'_> {}

impl Enter for Caller<'_> {
    fn access(&mut self) -> Access<'_> {
        if self.template.is_none() {
            self.template = self.inner.data().live.as_ref().map(|live| live.template.clone());
        }
        let template = self.template.as_ref();
        Access { store: self.inner.as_context_mut(), template, entry: Entry::Reentrant }
    }

    fn bytes(&mut self) -> &mut [u8] {
        // In a child that the host function has forked the store must not be used.
        if self.inner.data().process != fork::process() {
            return &mut [];
        }
        if self.inner.data().live.is_some() {
            return state::memory(self.inner.as_context_mut());
        }
        match self.inner.get_export("memory") {
            Some(wasmtime::Extern::Memory(memory)) => memory.data_mut(&mut self.inner),
            // Unreachable: a module that does not export its memory is not loaded (R004).
            _ => &mut [],
        }
    }

    fn data(&self) -> &State {
        self.inner.data()
    }

    fn data_mut(&mut self) -> &mut State {
        self.inner.data_mut()
    }
}

impl fmt::Debug for Caller<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("plugin", &self.plugin()).finish_non_exhaustive()
    }
}
