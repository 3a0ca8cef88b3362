//! [`State`]: the data in the store of one instance.

use std::any::Any;
use std::sync::Arc;

use wasmtime::{Extern, Func, Instance, Memory, ModuleExport, StoreContextMut};

use crate::engine::Engine;
use crate::error::InstantiateError;
use crate::instance::config::InstanceConfig;
use crate::instance::life_cycle::LifeCycle;
use crate::instance::limits::Limits;
use crate::instance::template::Template;
use crate::interrupt::deadline::Deadline;
use crate::os::fork;
use crate::wasi::{Wasi, WasiView};

/// No process: [`fork::process`] counts from 0.
pub(crate) const NOT_IDLE: u64 = u64::MAX;

/// The host's data of one instance: life cycle, limits, WASI, and the embedder's state.
pub struct State {
    pub(crate) life: LifeCycle,
    /// The process in which a call may begin with no further check: the instance's own while the
    /// instance is ready and no call is running, else [`NOT_IDLE`].
    pub(crate) idle_in: u64,
    /// The stack that a thread must have left when a call begins, in bytes: for guest and host.
    pub(crate) needed_stack_bytes: usize,
    /// The part of it that the guest may use, in bytes: `EngineConfig::max_stack_bytes`.
    pub(crate) max_stack_bytes: usize,
    /// The process that made the instance, as [`fork::process`] counts.
    pub(crate) process: u64,
    /// The number of the instance, unique in this process.
    pub(crate) id: u64,
    pub(crate) deadline: Arc<Deadline>,
    /// `None` before `_initialize` has returned.
    pub(crate) live: Option<Live>,
    pub(crate) limits: Limits,
    /// The plugin's name.
    pub(crate) plugin: Arc<str>,
    /// The embedder's state (`InstanceConfig::state`).
    state: Option<Box<dyn Any + Send>>,
    wasi: Wasi,
}

/// The guest's part of an instance: exists once `_initialize` has returned.
pub(crate) struct Live {
    instance: Instance,
    pub(crate) memory: Option<Memory>,
    pub(crate) template: Arc<Template>,
    /// Indexed by the numbers of the functions in the template's exports.
    callees: Box<[Callee]>,
}

/// The cache entry of an exported function: a call by name looks the function up and checks its
/// type only once.
#[derive(Clone, Copy, Default)]
pub(crate) struct Callee {
    func: Option<Func>,
    /// The Rust types (parameters and result) that the function was last checked against.
    pub(crate) checked: Option<std::any::TypeId>,
}

impl State {
    pub(crate) fn new(
        config: &InstanceConfig,
        plugin: &Arc<str>,
        engine: &Engine,
        deadline: Arc<Deadline>,
        id: u64,
    ) -> Result<Self, InstantiateError> {
        let plugin = config.name.as_deref().map_or_else(|| plugin.clone(), Arc::from);
        Ok(State {
            life: LifeCycle::Initialising,
            idle_in: NOT_IDLE,
            needed_stack_bytes: engine.stack_with_host_bytes(),
            max_stack_bytes: engine.max_stack_bytes(),
            process: fork::process(),
            id,
            live: None,
            limits: Limits::new(config, deadline.clone()),
            state: config.state.as_ref().map(|state| state.make()),
            wasi: Wasi::new(&config.wasi, &plugin, &deadline)?,
            plugin,
            deadline,
        })
    }

    /// The embedder's state; `None` if there is none, or if its type is not `T`.
    pub(crate) fn user<T: 'static>(&mut self) -> Option<&mut T> {
        self.state.as_mut()?.downcast_mut()
    }

    pub(crate) fn callee(&mut self, number: usize) -> Option<&mut Callee> {
        self.live.as_mut().map(|live| &mut live.callees[number])
    }
}

impl WasiView for State {
    fn wasi(&self) -> &Wasi {
        &self.wasi
    }

    fn wasi_mut(&mut self) -> &mut Wasi {
        &mut self.wasi
    }
}

impl Live {
    pub(super) fn new(
        instance: Instance,
        memory: Option<Memory>,
        template: &Arc<Template>,
    ) -> Self {
        let callees = vec![Callee::default(); template.exports.functions().len()].into();
        Live { instance, memory, template: template.clone(), callees }
    }

    /// The function of that number, if it has been looked up before.
    #[inline]
    pub(super) fn cached(&self, number: usize) -> Option<Func> {
        self.callees[number].func
    }

    fn index(&self, number: usize) -> (Instance, ModuleExport) {
        (self.instance, self.template.indices[number])
    }
}

/// Looks a function up in the instance and caches it.
#[cold]
pub(super) fn look_up(mut store: StoreContextMut<'_, State>, number: usize) -> Option<Func> {
    let (instance, index) = store.data().live.as_ref()?.index(number);
    let Some(Extern::Func(func)) = instance.get_module_export(&mut store, &index) else {
        return None;
    };
    store.data_mut().callee(number)?.func = Some(func);
    Some(func)
}

/// The bytes of the guest's memory; empty before `_initialize` has returned.
#[inline]
pub(crate) fn memory(store: StoreContextMut<'_, State>) -> &mut [u8] {
    match store.data().live.as_ref().and_then(|live| live.memory) {
        Some(memory) => memory.data_mut(store),
        // Not yet initialised: a module without a memory is not loaded (R004).
        None => &mut [],
    }
}
