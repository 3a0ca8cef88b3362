//! [`Linker`]: the functions that guests can import.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use polyreactor_contract::Contract;
use polyreactor_convention::Import;
use wasmtime::InstancePre;

use crate::engine::Engine;
use crate::error::{LinkError, MissingImport, host_cause};
use crate::instance::state::State;
use crate::instance::template::Template;
use crate::link::host_function::{Definition, HostFunction, HostType};
use crate::link::imports::{self, Offered, Unresolved};
use crate::link::linked::Linked;
use crate::load::{CheckedModule, Reactor};
use crate::os::fork::OfProcess;
use crate::wasi;

/// The functions that guests can import: WASI preview 1, and the embedder's.
///
/// A linker belongs to an engine and to no reactor: the same reactor can be linked against several
/// sets of functions. An embedder whose guests import WASI only needs no linker
/// ([`Reactor::instantiate`]).
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
/// What host functions share over all instances, closures capture in an `Arc`:
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
/// What belongs to one instance is kept with it: [`InstanceConfig::state`](
/// crate::InstanceConfig::state), which a host function reaches by [`Caller::state`](
/// crate::Caller::state).
pub struct Linker {
    engine: Engine,
    functions: OfProcess<Functions>,
    missing: Missing,
}

/// The functions themselves, and the types of the embedder's by module and name.
struct Functions {
    inner: wasmtime::Linker<State>,
    types: HashMap<(String, String), HostType>,
}

/// What becomes of functions that a module imports and a linker does not have. An import that is no
/// function, or that the linker has with another type, is an error whatever this says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Missing {
    /// The module is not linked: [`LinkError::MissingImports`].
    #[default]
    Refuse,
    /// A call of one poisons the instance:
    /// [`CallError::MissingImport`](crate::CallError::MissingImport).
    Trap,
    /// A call of one does nothing, and returns 0, or null where the result is a reference. The
    /// guest does not notice, and may compute wrong results from that.
    Zero,
}

impl Linker {
    /// A linker that has WASI preview 1 and nothing else.
    pub fn new(engine: &Engine) -> Self {
        let mut inner = wasmtime::Linker::new(engine.inner());
        wasi::add_to_linker(&mut inner).expect("each of WASI's functions is defined once");
        let functions = OfProcess::new(Functions { inner, types: HashMap::new() });
        Linker { engine: engine.clone(), functions, missing: Missing::Refuse }
    }

    /// Defines a function that guests import from `module` under `name`.
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
    /// The function runs on the thread of the call. An error that it returns ends the call with
    /// [`CallError::HostFunction`](crate::CallError::HostFunction), and poisons the instance. A
    /// panic unwinds through the guest to the embedder's call, and poisons the instance too.
    ///
    /// # Errors
    ///
    /// [`LinkError::NameTaken`] where a function of that name is defined already, by WASI too;
    /// [`LinkError::Forked`].
    pub fn func<P, R>(
        &mut self,
        module: &str,
        name: &str,
        function: impl HostFunction<P, R>,
    ) -> Result<&mut Self, LinkError> {
        self.check_process()?;
        let import: Arc<str> = format!("{module}.{name}").into();
        let Definition { ty, func_type, body } = function.define(&self.engine, &import);
        let Functions { inner, types } = &mut *self.functions;
        // SAFETY: the body reads and writes numbers, of the types and as many as its type says.
        let defined = unsafe { inner.func_new_unchecked(module, name, func_type, body) };
        if defined.is_err() {
            return Err(LinkError::NameTaken { import });
        }
        types.insert((module.to_owned(), name.to_owned()), ty);
        Ok(self)
    }

    /// Sets what becomes of functions that a module imports and this linker does not have (default:
    /// [`Missing::Refuse`]). [`Linked::stand_ins`] lists them.
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

    /// Checks whether a module could be linked, before it is compiled, which may take long. Returns
    /// the functions that something would stand in for ([`Linker::missing`]).
    ///
    /// # Errors
    ///
    /// [`LinkError::MissingImports`] with every import that is missing or of another type;
    /// [`LinkError::Forked`].
    pub fn check(&self, module: &CheckedModule<'_>) -> Result<Vec<MissingImport>, LinkError> {
        self.check_process()?;
        self.resolve(module.imports(), module.contract(), module.file())
    }

    /// Resolves the imports of a reactor.
    ///
    /// # Errors
    ///
    /// [`LinkError::MissingImports`] with every import that is missing or of another type, also
    /// where the module's contract declares another type than the function's;
    /// [`LinkError::WrongEngine`]; [`LinkError::Forked`].
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
