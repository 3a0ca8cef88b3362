//! What belongs to one instance and is not the guest's memory: its store's data.

use std::any::Any;
use std::sync::{Arc, Mutex};

use wasmtime_wasi::p1::WasiP1Ctx;

use crate::instance::life_cycle::Life;
use crate::instance::limits::{Files, Limits};
use crate::interrupt::deadline::Watch;
use crate::load::reactor::Compiled;
use crate::wasi::clock::Clock;
use crate::wasi::panic_scanner::Witness;
use crate::wasi::streams::GuestInput;
use crate::{Error, InstanceConfig, wasi};

/// One for each instance.
pub(crate) struct State {
    pub(crate) life: Life,
    /// The instance's number in this process.
    pub(crate) id: u64,
    pub(crate) watch: Arc<Watch>,
    /// `None` before `_initialize` has succeeded.
    pub(crate) inside: Option<Inside>,
    pub(crate) limits: Limits,
    pub(crate) files: Files,
    pub(crate) plugin: Arc<str>,
    /// What the embedder has put there.
    pub(crate) own: Option<Box<dyn Any + Send>>,
    pub(crate) wasi: WasiP1Ctx,
    pub(crate) clock: Clock,
    pub(crate) stdin: GuestInput,
    pub(crate) witness: Arc<Mutex<Witness>>,
}

/// The module's own part of a live instance.
pub(crate) struct Inside {
    pub(crate) instance: wasmtime::Instance,
    pub(crate) reactor: Arc<Compiled>,
    /// The functions that have been looked up, by their number in the reactor's exports.
    pub(crate) called: Box<[Option<wasmtime::Func>]>,
}

impl State {
    pub(crate) fn new(
        config: &InstanceConfig,
        plugin: &Arc<str>,
        watch: Arc<Watch>,
        id: u64,
    ) -> Result<Self, Error> {
        let plugin = config.name.as_deref().map_or_else(|| plugin.clone(), Arc::from);
        let clock = match config.seed {
            Some(_) => Clock::of_its_own(config.start_time),
            None => Clock::real(),
        };
        let stdin = GuestInput::new(&config.stdin, watch.clone());
        let witness = Arc::new(Mutex::new(Witness::default()));
        let streams =
            wasi::Streams { stdin: &stdin, plugin: &plugin, watch: &watch, witness: &witness };
        Ok(State {
            life: Life::Beginning,
            id,
            inside: None,
            limits: Limits::new(config, watch.clone()),
            files: Files::new(config),
            own: config.state.as_ref().map(|state| state.make()),
            wasi: wasi::context(config, &clock, &streams)?,
            plugin,
            clock,
            stdin,
            witness,
            watch,
        })
    }
}
