//! A live reactor: initialised once when it is made, called until it fails.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wasmtime::{Extern, Store, UpdateDeadline, Val};

use crate::exports::{Function, INITIALIZE};
use crate::params::{self, Params, Results};
use crate::reactor::Compiled;
use crate::wasi::State;
use crate::watch::Watch;
use crate::{Cancellation, Error, Func, InstanceConfig, Value, waits};

/// A live, initialised reactor, with a state that lasts from call to call.
///
/// It is made by [`Reactor::instantiate`](crate::Reactor::instantiate). A call needs it
/// mutably, since a guest runs on one thread at a time; the instance itself may move to another
/// thread between calls.
///
/// # In async programs
///
/// A call returns when the guest does, and its thread is blocked until then. Inside an async
/// task that is sound: it neither panics nor needs a runtime of a certain kind. From inside a
/// tokio runtime, a call into a guest that uses WASI costs a hop to a new thread, some 30 µs;
/// `tokio::task::spawn_blocking` is the better place for a guest that waits or computes long.
pub struct Instance {
    store: Store<State>,
    inner: wasmtime::Instance,
    reactor: Arc<Compiled>,
    id: u64,
    life: Life,
    /// The functions that have been called by name, by their number in the reactor's exports.
    called: Vec<Option<wasmtime::Func>>,
}

enum Life {
    Live,
    /// Guest code is running. Who finds it so outside of a call sees what a panic left behind.
    Running,
    Dead {
        export: Arc<str>,
        first: Arc<Error>,
    },
}

impl Instance {
    pub(crate) fn new(reactor: &Arc<Compiled>, config: &InstanceConfig) -> Result<Self, Error> {
        /// No two instances of a process share a number, so that a function knows its own.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut store = store(reactor, config)?;
        let watch = store.data().watch.clone();
        watch.allow(config.init_timeout);
        begin(&mut store);
        let inner = waits::run(reactor.uses_wasi, || {
            watch.check()?;
            let inner = reactor.pre.instantiate(&mut store)?;
            let initialize = inner.get_typed_func::<(), ()>(&mut store, INITIALIZE)?;
            initialize.call(&mut store, ())?;
            Ok(inner)
        });
        let inner = inner.map_err(|error| match Error::of_guest(&error, store.data()) {
            host @ Error::Host { .. } => host,
            cause => Error::InitFailed { cause: Arc::new(cause) },
        })?;
        watch.allow(config.timeout);
        Ok(Instance {
            store,
            inner,
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            life: Life::Live,
            called: vec![None; reactor.exports.functions().len()],
            reactor: reactor.clone(),
        })
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
        let reactor = self.reactor.clone();
        let (number, function) = reactor.exports.find(name)?;
        let asked = params::signature::<P, R>();
        if asked != function.signature {
            return Err(Error::TypeMismatch {
                export: function.name.clone(),
                actual: function.signature.clone(),
                asked,
            });
        }
        let typed = self.function(number, function)?.typed(&self.store).map_err(Error::host)?;
        Ok(Func::new(typed, self.id, function.name.clone()))
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
    /// use polyreactor_host::Value;
    ///
    /// let mut instance = reactor.instantiate(&InstanceConfig::new())?;
    /// let results = instance.call("half", &[Value::from(3.0)])?;
    /// assert_eq!(results, [Value::from(1.5)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Look-up", "Dynamic call" or "Call", or
    /// [`Error::Host`].
    pub fn call(&mut self, name: &str, values: &[Value]) -> Result<Vec<Value>, Error> {
        let reactor = self.reactor.clone();
        let (number, function) = reactor.exports.find(name)?;
        let signature = &function.signature;
        let fits = values.iter().map(|value| value.ty()).eq(signature.params.iter().cloned());
        if !fits || !signature.is_numeric() {
            return Err(Error::ArgumentMismatch {
                export: function.name.clone(),
                actual: signature.clone(),
                given: values.iter().map(|value| value.ty()).collect(),
            });
        }
        let callee = self.function(number, function)?;
        let values: Vec<Val> = values.iter().map(|&value| value.into()).collect();
        let mut results = vec![Val::I32(0); signature.results.len()];
        self.run(&function.name, |store| callee.call(store, &values, &mut results))?;
        Ok(results.iter().filter_map(Value::from_engine).collect())
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

    /// The bytes that its memory takes up now.
    pub fn memory_size(&mut self) -> u64 {
        let memory = self.inner.get_memory(&mut self.store, "memory");
        // A module without it is not loaded (R004).
        memory.map_or(0, |memory| memory.data_size(&self.store) as u64)
    }

    /// What tells this instance from every other one of the process.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Runs guest code, if the instance is alive; where that fails, it is so no longer.
    pub(crate) fn run<R: Send>(
        &mut self,
        export: &Arc<str>,
        guest: impl FnOnce(&mut Store<State>) -> wasmtime::Result<R> + Send,
    ) -> Result<R, Error> {
        if let Life::Live = self.life {
            self.life = Life::Running;
            let store = &mut self.store;
            begin(store);
            let outcome = if store.data().watch.cancellation().is_cancelled() {
                Err(Error::Cancelled)
            } else {
                let outcome = waits::run(self.reactor.uses_wasi, || guest(store));
                outcome.map_err(|error| Error::of_guest(&error, self.store.data()))
            };
            self.life = Life::Live;
            return outcome.map_err(|error| self.die(export, error));
        }
        Err(self.dead(export))
    }

    #[cold]
    fn die(&mut self, export: &Arc<str>, error: Error) -> Error {
        self.life = Life::Dead { export: export.clone(), first: Arc::new(error.clone()) };
        error
    }

    #[cold]
    fn dead(&self, export: &Arc<str>) -> Error {
        let (export, first) = match &self.life {
            Life::Dead { export, first } => (export, first.clone()),
            // The call that panicked never came back to say which it was.
            Life::Running | Life::Live => {
                let cause = "a panic of the host's went through the guest".to_owned();
                (export, Arc::new(Error::Host { cause }))
            }
        };
        Error::Dead { export: export.clone(), first }
    }

    fn function(&mut self, number: usize, function: &Function) -> Result<wasmtime::Func, Error> {
        if let Some(func) = self.called[number] {
            return Ok(func);
        }
        match self.inner.get_module_export(&mut self.store, &function.index) {
            Some(Extern::Func(func)) => Ok(*self.called[number].insert(func)),
            // The index is of the very module that this is an instance of.
            _ => unreachable!("`{}` was a function when the module was loaded", function.name),
        }
    }
}

fn store(reactor: &Compiled, config: &InstanceConfig) -> Result<Store<State>, Error> {
    let attendance = reactor.engine.ticker().attend();
    let attendance = attendance
        .map_err(|error| Error::Host { cause: format!("no thread can be started: {error}") })?;
    let cancellation = config.cancellation.clone().unwrap_or_default();
    let watch = Arc::new(Watch::new(cancellation, Some(attendance)));
    let state = State::new(config, &reactor.name, watch)?;
    let mut store = Store::new(reactor.engine.inner(), state);
    store.limiter(|state| &mut state.limits);
    store.epoch_deadline_callback(|store| {
        store.data().watch.check()?;
        Ok(UpdateDeadline::Continue(1))
    });
    Ok(store)
}

/// A call begins; this is on the way of the fastest.
fn begin(store: &mut Store<State>) {
    store.data_mut().limits.was_refused = false;
    store.data().watch.begin();
    store.set_epoch_deadline(1);
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let life = match &self.life {
            Life::Dead { first, .. } => format!("{first:?}"),
            _ => "live".to_owned(),
        };
        f.debug_struct("Instance").field("id", &self.id).field("life", &life).finish()
    }
}
