//! What belongs to one instance and is not the guest's memory: its store's data.

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

/// One for each instance.
pub struct State {
    pub(crate) life: LifeCycle,
    /// Whether a call is running: one that begins then is re-entrant.
    pub(crate) is_running: bool,
    /// The stack that a call needs, in bytes: the guest's and the host's.
    pub(crate) needed_stack_bytes: usize,
    /// What the engine allows the guest of it.
    pub(crate) max_stack_bytes: usize,
    /// The process that the instance lives in.
    pub(crate) process: u64,
    /// The instance's number in this process.
    pub(crate) id: u64,
    pub(crate) deadline: Arc<Deadline>,
    /// `None` before `_initialize` has returned.
    pub(crate) live: Option<Live>,
    pub(crate) limits: Limits,
    /// The plugin's name.
    pub(crate) plugin: Arc<str>,
    /// The embedder's.
    state: Option<Box<dyn Any + Send>>,
    wasi: Wasi,
}

/// The guest's part of an instance that has been initialised.
pub(crate) struct Live {
    instance: Instance,
    pub(crate) memory: Option<Memory>,
    pub(crate) template: Arc<Template>,
    /// By their number in the template's exports.
    callees: Box<[Callee]>,
}

/// What is remembered of an export, so that a call by name looks it up and checks it once.
#[derive(Clone, Copy, Default)]
pub(crate) struct Callee {
    func: Option<Func>,
    /// The Rust types that were last found to fit.
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
            is_running: false,
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

    /// The embedder's state; `None` where that is of another type, or there is none.
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

    /// The function of that number, where it has been looked up before.
    #[inline]
    pub(super) fn known(&self, number: usize) -> Option<Func> {
        self.callees[number].func
    }

    fn index(&self, number: usize) -> (Instance, ModuleExport) {
        (self.instance, self.template.indices[number])
    }
}

/// Looks the function up, and remembers it.
#[cold]
pub(super) fn look_up(mut store: StoreContextMut<'_, State>, number: usize) -> Option<Func> {
    let (instance, index) = store.data().live.as_ref()?.index(number);
    let Some(Extern::Func(func)) = instance.get_module_export(&mut store, &index) else {
        return None;
    };
    store.data_mut().callee(number)?.func = Some(func);
    Some(func)
}

/// The bytes of the guest's memory; none before `_initialize` has returned.
#[inline]
pub(crate) fn memory(store: StoreContextMut<'_, State>) -> &mut [u8] {
    match store.data().live.as_ref().and_then(|live| live.memory) {
        Some(memory) => memory.data_mut(store),
        // A module without one is not loaded (R004).
        None => &mut [],
    }
}
