//! A live reactor: initialised once when it is made, called until it fails.

pub(crate) mod config;
pub(crate) mod exports;
pub(crate) mod life_cycle;
pub(crate) mod limits;
pub(crate) mod state;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wasmtime::{AsContextMut, Store, UpdateDeadline};

use crate::call::by_name as calls;
use crate::call::func::private::{Door, Enter};
use crate::call::params::{Params, Results};
use crate::call::{caller, declared, invoke};
use crate::instance::life_cycle::{self as life, Entry, Life};
use crate::instance::state::State;
use crate::interrupt::deadline::Watch;
use crate::interrupt::ticker::Attendance;
use crate::load::reactor::Compiled;
use crate::os::fork::OfProcess;
use crate::{
    Answer, Arguments, Cancellation, Error, Func, InstanceConfig, OutOfBounds, Returned, Val,
};

/// A live, initialised reactor, with a state that lasts from call to call.
///
/// It is made by [`Reactor::instantiate`](crate::Reactor::instantiate). A call needs it
/// mutably, since a guest runs on one thread at a time; the instance itself may move to another
/// thread between calls.
///
/// # In async programs
///
/// A call returns when the guest does, and its thread is blocked until then. Inside an async
/// task that is sound: it neither panics nor needs a runtime of a certain kind.
/// `tokio::task::spawn_blocking` is the better place for a guest that waits or computes long.
pub struct Instance {
    store: OfProcess<Store<State>>,
    reactor: Arc<Compiled>,
    id: u64,
    /// After the store: its place among the others is free only when its memory is.
    _attendance: Arc<Attendance>,
}

impl Instance {
    pub(crate) fn new(reactor: &Arc<Compiled>, config: &InstanceConfig) -> Result<Self, Error> {
        /// No two instances of a process share a number, so that a function knows its own.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let engine = &reactor.engine;
        engine.check_process()?;
        let attendance = Arc::new(engine.ticker().attend(engine.most_instances())?);
        let mut store = OfProcess::new(store(reactor, config, id, &attendance)?);
        store.data().watch.allow(config.init_timeout);
        life::begin(store.as_context_mut(), reactor)?;
        store.data().watch.allow(config.timeout);
        Ok(Instance { store, reactor: reactor.clone(), id, _attendance: attendance })
    }

    /// Looks up an export and checks its type, once for all calls.
    ///
    /// ```
    /// # use polyreactor_host::{Engine, InstanceConfig, Reactor};
    /// # let bytes = wat::parse_str(r#"
    /// #     (module (memory (export "memory") 1) (func (export "_initialize"))
    /// #       (func (export "add") (param i32 i32) (result i32)
    /// #         (i32.add (local.get 0) (local.get 1))))"#)?;
    /// # let reactor = Reactor::from_bytes(&Engine::new()?, &bytes)?;
    /// let mut instance = reactor.instantiate(&InstanceConfig::new())?;
    /// let add = instance.func::<(i32, i32), i32>("add")?;
    /// assert_eq!(add.call(&mut instance, (2, 3))?, 5);
    ///
    /// let wrong = instance.func::<i64, i32>("add").unwrap_err();
    /// assert_eq!(wrong.to_string(), "`add` is (i32, i32) -> i32, not (i64) -> i32");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Look-up".
    pub fn func<P: Params, R: Results>(&mut self, name: &str) -> Result<Func<P, R>, Error> {
        calls::typed(self.store.as_context_mut(), &self.reactor, name)
    }

    /// Calls an export by name, with values whose types are known only now.
    ///
    /// ```
    /// # use polyreactor_host::{Engine, InstanceConfig, Reactor};
    /// # let bytes = wat::parse_str(r#"
    /// #     (module (memory (export "memory") 1) (func (export "_initialize"))
    /// #       (func (export "half") (param f64) (result f64)
    /// #         (f64.div (local.get 0) (f64.const 2))))"#)?;
    /// # let reactor = Reactor::from_bytes(&Engine::new()?, &bytes)?;
    /// use polyreactor_host::Val;
    ///
    /// let mut instance = reactor.instantiate(&InstanceConfig::new())?;
    /// let results = instance.call("half", &[Val::from(3.0)])?;
    /// assert_eq!(results, [Val::from(1.5)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Look-up", "Dynamic call" or "Call", or
    /// [`Error::Host`].
    pub fn call(&mut self, name: &str, values: &[Val]) -> Result<Vec<Val>, Error> {
        let store = self.store.as_context_mut();
        calls::dynamic(store, &self.reactor, Entry::Anew, name, values)
    }

    /// Calls an export by name with Rust's own values: `bool`, the numbers from 32 bits, `&str`,
    /// and `&T` or `&mut T` of a [`HostLayout`](crate::HostLayout), which the guest
    /// sees as a pointer; `()`, `bool`, a number, [`String`] or [`Pointer`](crate::Pointer) comes
    /// back.
    ///
    /// They are held against the contract where the module has one (a record by the names,
    /// types and places of its fields), and against its core types where it has none. Memory for them is taken from the guest and given back; what a `&mut T`
    /// has become there is taken over.
    ///
    /// ```no_run
    /// use polyreactor_host::{Engine, HostLayout, InstanceConfig, Reactor};
    ///
    /// #[derive(HostLayout)]
    /// #[repr(C)]
    /// struct Point {
    ///     x: i32,
    ///     y: f64,
    /// }
    ///
    /// let engine = Engine::new()?;
    /// let mut rich = Reactor::from_file(&engine, "target/guests/go/rich.wasm")?
    ///     .instantiate(&InstanceConfig::new())?;
    /// let greeting: String = rich.invoke("greet", ("bob",))?;
    /// let mut point = Point { x: 1, y: 2.5 };
    /// rich.invoke::<()>("scale", (&mut point, 2.0))?;
    /// # Ok::<(), polyreactor_host::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Look-up", "Passing" or "Call", or
    /// [`Error::Host`]. After those under "Passing" the instance is as it was.
    pub fn invoke<R: Answer>(&mut self, name: &str, arguments: impl Arguments) -> Result<R, Error> {
        let store = self.store.as_context_mut();
        invoke::invoke(store, &self.reactor, Entry::Anew, name, arguments)
    }

    /// Calls an export by name with values of its contract's types, which are known only now.
    /// What lies behind a pointer that it answers may have 1 MiB; [`Instance::invoke`] takes any.
    ///
    /// # Errors
    ///
    /// As for [`Instance::invoke`], and [`Error::NotDeclared`].
    pub fn call_declared(&mut self, name: &str, values: &[Val]) -> Result<Returned, Error> {
        declared::call(self.store.as_context_mut(), &self.reactor, Entry::Anew, name, values)
    }

    /// What ends this instance's calls from any thread.
    pub fn cancellation(&self) -> Cancellation {
        self.store.data().watch.cancellation().clone()
    }

    /// Sets what each call may take from now on, instead of what the [`InstanceConfig`] says;
    /// `None` for no limit.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.store.data().watch.allow(timeout);
    }

    /// The guest's whole memory. A call may move it, and what lies in it.
    ///
    /// Of an instance that a failed call has ended, the memory is as that call has left it.
    pub fn memory(&mut self) -> &mut [u8] {
        calls::bytes(self.store.as_context_mut())
    }

    /// The `length` bytes at an address of the guest's memory.
    ///
    /// ```
    /// # use polyreactor_host::{Engine, InstanceConfig, Reactor};
    /// # let bytes = wat::parse_str(r#"
    /// #     (module (memory (export "memory") 1) (func (export "_initialize"))
    /// #       (data (i32.const 8) "hello"))"#)?;
    /// # let reactor = Reactor::from_bytes(&Engine::new()?, &bytes)?;
    /// let mut instance = reactor.instantiate(&InstanceConfig::new())?;
    /// assert_eq!(instance.read(8, 5)?, b"hello");
    /// instance.write(8, b"H")?;
    /// assert_eq!(instance.read(8, 5)?, b"Hello");
    /// assert!(instance.read(65_535, 2).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] where the guest has no memory there.
    pub fn read(&mut self, address: u32, length: u32) -> Result<&[u8], OutOfBounds> {
        caller::read(self.memory(), address, length)
    }

    /// Writes bytes to an address of the guest's memory.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] where the guest has no memory there; then nothing is written.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        caller::write(self.memory(), address, bytes)
    }

    /// The bytes that its memory takes up now.
    pub fn memory_size(&mut self) -> u64 {
        let memory = calls::memory(&mut *self.store);
        memory.map_or(0, |memory| memory.data_size(&*self.store) as u64)
    }

    /// What [`InstanceConfig::state`] put there; `None` where that was nothing of this type.
    pub fn state<T: 'static>(&mut self) -> Option<&mut T> {
        self.store.data_mut().own.as_mut()?.downcast_mut()
    }
}

impl Enter for Instance {
    #[inline]
    fn door(&mut self) -> Door<'_> {
        Door { id: self.id, store: self.store.as_context_mut(), entry: Entry::Anew }
    }

    fn memory(&mut self) -> &mut [u8] {
        calls::bytes(self.store.as_context_mut())
    }
}

fn store(
    reactor: &Compiled,
    config: &InstanceConfig,
    id: u64,
    attendance: &Arc<Attendance>,
) -> Result<Store<State>, Error> {
    let cancellation = config.cancellation.clone().unwrap_or_default();
    let watch = Arc::new(Watch::new(cancellation, Some(attendance.clone())));
    let state = State::new(config, &reactor.name, watch, &reactor.engine, id)?;
    let mut store = Store::new(reactor.engine.inner(), state);
    store.limiter(|state| &mut state.limits);
    store.epoch_deadline_callback(|store| {
        store.data().watch.check()?;
        Ok(UpdateDeadline::Continue(1))
    });
    // From here on each look sets the next: calls need not.
    store.set_epoch_deadline(1);
    store.data().watch.touch();
    Ok(store)
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let life = match &self.store.data().life {
            Life::Dead { first, .. } => format!("{first:?}"),
            _ => "live".to_owned(),
        };
        f.debug_struct("Instance").field("id", &self.id).field("life", &life).finish()
    }
}
