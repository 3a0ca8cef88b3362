//! A live reactor: initialised once when it is made, called until it traps or exits.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wasmtime::{Extern, Store, Val};

use crate::exports::{Function, INITIALIZE};
use crate::params::{self, Params, Results};
use crate::reactor::Compiled;
use crate::wasi::State;
use crate::{Error, Func, InstanceConfig, Value, waits};

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
        let mut store = Store::new(reactor.pre.module().engine(), State::new(config));
        let inner = waits::run(reactor.uses_wasi, || {
            let inner = reactor.pre.instantiate(&mut store)?;
            let initialize = inner.get_typed_func::<(), ()>(&mut store, INITIALIZE)?;
            initialize.call(&mut store, ())?;
            Ok(inner)
        });
        let inner = inner.map_err(|error| match Error::of_guest(error) {
            host @ Error::Host { .. } => host,
            cause => Error::InitFailed { cause: Arc::new(cause) },
        })?;
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
    /// One of those that [`Error`] lists under "Look-up" or "Dynamic call", or what the call
    /// came to: [`Error::Trap`], [`Error::Exit`], [`Error::Dead`], [`Error::Host`].
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
            let outcome = waits::run(self.reactor.uses_wasi, || guest(store));
            self.life = Life::Live;
            return outcome.map_err(|error| self.die(export, Error::of_guest(error)));
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

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let life = match &self.life {
            Life::Dead { first, .. } => format!("{first:?}"),
            _ => "live".to_owned(),
        };
        f.debug_struct("Instance").field("id", &self.id).field("life", &life).finish()
    }
}
