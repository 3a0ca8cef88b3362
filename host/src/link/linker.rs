//! [`Linker`]: the functions that guests can import.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use polyreactor_contract::{Contract, Signature, Val};
use polyreactor_convention::Import;
use wasmtime::InstancePre;

use crate::call::Caller;
use crate::engine::Engine;
use crate::error::{LinkError, MissingImport, host_cause};
use crate::instance::state::State;
use crate::instance::template::Template;
use crate::link::host_function::{Definition, HostFunction, HostType, define_dynamic};
use crate::link::imports::{self, Offered, Unresolved};
use crate::link::linked::Linked;
use crate::load::{CheckedModule, Reactor};
use crate::os::fork::OfProcess;
use crate::wasi;

/// The functions that guests can import: those of WASI preview 1, and the embedder's host
/// functions.
///
/// A linker belongs to an engine and not to a reactor: the same reactor can be linked with several
/// linkers. A reactor that imports only functions of WASI needs no linker: see
/// [`Reactor::instantiate`].
///
/// ```
/// use polyreactor_host::{Caller, Engine, EngineConfig, InstanceConfig, Linker, Reactor};
///
/// let engine = Engine::new(&EngineConfig::new())?;
/// let mut linker = Linker::new(&engine);
/// linker.func("host", "log", |caller: &mut Caller<'_>, line: String| {
///     println!("{}: {line}", caller.plugin());
/// })?;
/// # let bytes = wat::parse_str(r#"
/// #     (module (import "host" "log" (func $log (param i32 i32)))
/// #       (memory (export "memory") 1) (data (i32.const 8) "hello")
/// #       (func (export "_initialize"))
/// #       (func (export "greet") (call $log (i32.const 8) (i32.const 5))))"#)?;
/// let reactor = Reactor::from_bytes(&engine, &bytes)?;
/// let mut instance = linker.link(&reactor)?.instantiate(&InstanceConfig::new())?;
/// instance.call::<()>("greet", ())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # State
///
/// State that all instances share is captured by the closures, in an `Arc`:
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicI64, Ordering};
///
/// # use polyreactor_host::{Caller, Engine, EngineConfig, Linker};
/// # let mut linker = Linker::new(&Engine::new(&EngineConfig::new())?);
/// let total = Arc::new(AtomicI64::new(0));
/// let adds = total.clone();
/// linker
///     .func("tally", "add", move |_: &mut Caller<'_>, by: i64| {
///         adds.fetch_add(by, Ordering::Relaxed) + by
///     })?
///     .func("tally", "total", move |_: &mut Caller<'_>| total.load(Ordering::Relaxed))?;
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
///
/// State of a single instance is set by [`InstanceConfig::state`](crate::InstanceConfig::state); a
/// host function gets it from [`Caller::state`](crate::Caller::state).
pub struct Linker {
    engine: Engine,
    functions: OfProcess<Functions>,
    missing: Missing,
}

struct Functions {
    inner: wasmtime::Linker<State>,
    /// The types of the embedder's host functions, by module and name.
    types: HashMap<(String, String), HostType>,
}

/// How a linker treats functions that a module imports and that the linker lacks, or has with
/// another type. An import that is not a function is an error in any case, and so is a name that
/// the module imports with several types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Missing {
    /// Linking fails with [`LinkError::MissingImports`].
    #[default]
    Refuse,
    /// The module is linked. A call of a missing function fails with
    /// [`CallError::MissingImport`](crate::CallError::MissingImport), and poisons the instance.
    Trap,
    /// The module is linked. A call of a missing function does nothing, and returns 0, or null
    /// where the result is a nullable reference. The guest can't detect this, and may compute wrong
    /// results. A function whose result is a non-nullable reference is treated as with
    /// [`Missing::Trap`].
    Zero,
}

impl Linker {
    /// Makes a linker with the functions of WASI preview 1 and no others.
    pub fn new(engine: &Engine) -> Self {
        let mut inner = wasmtime::Linker::new(engine.inner());
        wasi::add_to_linker(&mut inner).expect("each of WASI's functions is defined once");
        let functions = OfProcess::new(Functions { inner, types: HashMap::new() });
        Linker { engine: engine.clone(), functions, missing: Missing::Refuse }
    }

    /// Defines a host function, which guests import from `module` as `name`.
    ///
    /// ```
    /// use polyreactor_host::{Caller, Engine, EngineConfig, Linker, OutOfBounds};
    ///
    /// let mut linker = Linker::new(&Engine::new(&EngineConfig::new())?);
    /// linker.func("host", "sum", |caller: &mut Caller<'_>, at: u32, length: u32| {
    ///     let bytes = caller.read(at, length)?;
    ///     Ok::<_, OutOfBounds>(bytes.iter().map(|byte| i32::from(*byte)).sum::<i32>())
    /// })?;
    /// # Ok::<(), polyreactor_host::Error>(())
    /// ```
    ///
    /// The host function runs on the thread of the call.
    ///
    /// - If it returns an error, the call ends with
    ///   [`CallError::HostFunction`](crate::CallError::HostFunction), and the instance is poisoned.
    /// - If it panics, the panic unwinds through the guest's frames out of the embedder's call, and
    ///   the instance is poisoned.
    /// - If the call is past its deadline or cancelled, the call ends when the host function
    ///   returns, whatever the result: a host function that blocks for ever blocks the call for
    ///   ever. [`Caller::time_left`](crate::Caller::time_left) and
    ///   [`Caller::is_cancelled`](crate::Caller::is_cancelled) let it return in time.
    /// - If it uses more than 256 KiB of stack, it may overflow the thread's stack, which aborts
    ///   the process ([`EngineConfig::max_stack_bytes`](crate::EngineConfig::max_stack_bytes)).
    ///
    /// # Errors
    ///
    /// [`LinkError::NameTaken`] where the linker has a function of these names already, as it has
    /// those of WASI;
    /// [`LinkError::Forked`] in a forked child of the process that made the linker.
    pub fn func<P, R>(
        &mut self,
        module: &str,
        name: &str,
        function: impl HostFunction<P, R>,
    ) -> Result<&mut Self, LinkError> {
        self.check_process()?;
        let import: Arc<str> = format!("{module}.{name}").into();
        let definition = function.define(&self.engine, &import);
        self.define(module, name, definition, import)
    }

    fn define(
        &mut self,
        module: &str,
        name: &str,
        definition: Definition,
        import: Arc<str>,
    ) -> Result<&mut Self, LinkError> {
        let Definition { ty, func_type, body } = definition;
        let Functions { inner, types } = &mut *self.functions;
        // SAFETY: `body` reads as many arguments, and writes as many results, as `func_type` has,
        // all of these types and none of them references (`host_function::define`).
        let defined = unsafe { inner.func_new_unchecked(module, name, func_type, body) };
        if defined.is_err() {
            return Err(LinkError::NameTaken { import });
        }
        types.insert((module.to_owned(), name.to_owned()), ty);
        Ok(self)
    }

    /// Defines a host function whose type is known only at run time: that of `signature`. The
    /// arguments are values of the signature's parameters, for a pointer the value behind it; the
    /// result is of the signature's result type.
    ///
    /// ```
    /// use polyreactor_host::contract::Draft;
    /// use polyreactor_host::{BadValue, Caller, Engine, EngineConfig, Linker, Val};
    ///
    /// let mut draft = Draft::default();
    /// draft.imports.push(("host".into(), vec![("half".into(), "(of: f64) -> f64".into())]));
    /// let contract = draft.check().unwrap();
    /// let half = contract.import("host", "half").unwrap();
    ///
    /// let mut linker = Linker::new(&Engine::new(&EngineConfig::new())?);
    /// linker.func_dynamic("host", "half", half, |_: &mut Caller<'_>, values: &[Val]| match values {
    ///     [Val::F64(of)] => Ok::<_, BadValue>(Some(Val::F64(of / 2.0))),
    ///     _ => unreachable!("the arguments are of the signature's types"),
    /// })?;
    /// # Ok::<(), polyreactor_host::Error>(())
    /// ```
    ///
    /// All that [`Linker::func`] says of errors, panics, deadlines and stack applies. A result that
    /// is not of the signature's type, or that is a pointer, ends the call with
    /// [`CallError::HostFunction`](crate::CallError::HostFunction), whose cause is a
    /// [`BadValue`](crate::BadValue).
    ///
    /// # Errors
    ///
    /// As for [`Linker::func`].
    pub fn func_dynamic<E: Into<Box<dyn StdError + Send + Sync>>>(
        &mut self,
        module: &str,
        name: &str,
        signature: &Signature,
        function: impl Fn(&mut Caller<'_>, &[Val]) -> Result<Option<Val>, E> + Send + Sync + 'static,
    ) -> Result<&mut Self, LinkError> {
        self.check_process()?;
        let import: Arc<str> = format!("{module}.{name}").into();
        let definition = define_dynamic(&self.engine, &import, signature, function);
        self.define(module, name, definition, import)
    }

    /// Sets how [`link`](Linker::link) treats functions that a module imports and that this linker
    /// lacks, or has with another type (default: [`Missing::Refuse`]). With the other settings,
    /// `link` defines a *stand-in* for each of these functions, for that module only: other modules
    /// are linked with the linker's own functions. [`Linked::stand_ins`] lists the stand-ins.
    ///
    /// ```
    /// use polyreactor_host::{Engine, EngineConfig, InstanceConfig, Linker, Missing, Reactor};
    ///
    /// let engine = Engine::new(&EngineConfig::new())?;
    /// let mut linker = Linker::new(&engine);
    /// linker.missing(Missing::Trap);
    /// # let bytes = wat::parse_str(r#"
    /// #     (module (import "env" "log" (func $log (param i32)))
    /// #       (memory (export "memory") 1) (func (export "_initialize"))
    /// #       (func (export "add") (param i32 i32) (result i32)
    /// #         (i32.add (local.get 0) (local.get 1)))
    /// #       (func (export "noisy") (call $log (i32.const 1))))"#)?;
    /// let linked = linker.link(&Reactor::from_bytes(&engine, &bytes)?)?;
    /// let mut instance = linked.instantiate(&InstanceConfig::new())?;
    /// assert_eq!(instance.call::<i32>("add", (2, 3))?, 5);
    ///
    /// let error = instance.call::<()>("noisy", ()).unwrap_err();
    /// assert_eq!(error.to_string(), "the guest called `env.log`, which this host does not have");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn missing(&mut self, missing: Missing) -> &mut Self {
        self.missing = missing;
        self
    }

    /// Checks whether [`link`](Linker::link) would succeed, before the module is compiled. Returns
    /// the missing functions for which `link` would define stand-ins ([`Linker::missing`]).
    ///
    /// # Errors
    ///
    /// - [`LinkError::MissingImports`] with every import that the linker lacks, or has with another
    ///   type than the module's or its contract's.
    /// - [`LinkError::Forked`] in a forked child of the process that made the linker.
    /// - [`LinkError::Host`] where the host failed.
    pub fn check(&self, module: &CheckedModule<'_>) -> Result<Vec<MissingImport>, LinkError> {
        self.check_process()?;
        self.resolve(module.imports(), module.contract(), module.file())
    }

    /// Resolves the imports of a reactor.
    ///
    /// # Errors
    ///
    /// - [`LinkError::MissingImports`] with every import that the linker lacks, or has with another
    ///   type than the module's or its contract's.
    /// - [`LinkError::WrongEngine`] where the reactor was compiled by another engine.
    /// - [`LinkError::Forked`] in a forked child of the process that made the linker.
    /// - [`LinkError::Host`] where the host failed.
    pub fn link(&self, reactor: &Reactor) -> Result<Linked, LinkError> {
        self.check_process()?;
        let module = reactor.module();
        if !wasmtime::Engine::same(self.engine.inner(), module.engine()) {
            return Err(LinkError::WrongEngine);
        }
        let stand_ins = self.resolve(reactor.imports(), reactor.contract(), reactor.file())?;
        let pre = self.pre(module, &stand_ins);
        let pre = pre.map_err(|error| LinkError::Host { cause: host_cause(&error) })?;
        let template =
            Template::new(&self.engine, module, reactor.export_table(), reactor.plugin(), pre);
        Ok(Linked::new(Arc::new(template), stand_ins))
    }

    fn resolve(
        &self,
        imports: &[Import],
        contract: Option<&Contract>,
        file: Option<&Arc<Path>>,
    ) -> Result<Vec<MissingImport>, LinkError> {
        let Functions { inner, types } = &*self.functions;
        let offered = Offered { engine: &self.engine, linker: inner, types, missing: self.missing };
        let Unresolved { missing, stand_ins } = offered.unresolved(imports, contract)?;
        if missing.is_empty() {
            return Ok(stand_ins);
        }
        Err(LinkError::MissingImports { file: file.cloned(), imports: missing })
    }

    fn pre(
        &self,
        module: &wasmtime::Module,
        stand_ins: &[MissingImport],
    ) -> wasmtime::Result<InstancePre<State>> {
        if stand_ins.is_empty() {
            return self.functions.inner.instantiate_pre(module);
        }
        let mut linker = self.functions.inner.clone();
        imports::stand_in(&mut linker, module, stand_ins, self.missing)?;
        linker.instantiate_pre(module)
    }

    fn check_process(&self) -> Result<(), LinkError> {
        if self.functions.is_foreign() { Err(LinkError::Forked) } else { Ok(()) }
    }
}

impl fmt::Debug for Linker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Linker").field("missing", &self.missing).finish_non_exhaustive()
    }
}
