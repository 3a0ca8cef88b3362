//! What belongs to one instance and is not the guest's memory: its store's data.

use std::any::Any;
use std::sync::{Arc, Mutex};

use wasmtime_wasi::p1::WasiP1Ctx;

use crate::instance::life_cycle::Life;
use crate::instance::limits::{Files, Limits};
use crate::interrupt::deadline::Watch;
use crate::load::reactor::Compiled;
use crate::os::fork;
use crate::wasi::clock::Clock;
use crate::wasi::mounts::{Mounts, preopens};
use crate::wasi::streams::GuestInput;
use crate::wasi::transcript::Transcript;
use crate::{Engine, Error, InstanceConfig, wasi};

/// One for each instance.
pub(crate) struct State {
    pub(crate) life: Life,
    /// Whether a call is running: one that begins then is a host function's.
    pub(crate) is_running: bool,
    /// The stack that a call needs, in bytes.
    pub(crate) stack: usize,
    /// What the engine allows the guest of it.
    pub(crate) wasm_stack: usize,
    /// The process that the instance lives in.
    pub(crate) process: u64,
    /// The instance's number in this process.
    pub(crate) id: u64,
    pub(crate) watch: Arc<Watch>,
    /// `None` before `_initialize` has succeeded.
    pub(crate) inside: Option<Inside>,
    pub(crate) limits: Limits,
    pub(crate) files: Files,
    pub(crate) mounts: Mounts,
    pub(crate) plugin: Arc<str>,
    /// What the embedder has put there.
    pub(crate) own: Option<Box<dyn Any + Send>>,
    pub(crate) wasi: WasiP1Ctx,
    pub(crate) clock: Clock,
    pub(crate) stdin: GuestInput,
    pub(crate) transcript: Arc<Mutex<Transcript>>,
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
        engine: &Engine,
        id: u64,
    ) -> Result<Self, Error> {
        let plugin = config.name.as_deref().map_or_else(|| plugin.clone(), Arc::from);
        let clock = match config.seed {
            Some(_) => Clock::of_its_own(config.start_time),
            None => Clock::real(),
        };
        let stdin = GuestInput::new(&config.stdin, watch.clone());
        let transcript = Arc::new(Mutex::new(Transcript::default()));
        let streams = wasi::Streams {
            stdin: &stdin,
            plugin: &plugin,
            watch: &watch,
            transcript: &transcript,
        };
        let preopens = preopens(config)?;
        Ok(State {
            life: Life::Beginning,
            is_running: false,
            stack: engine.stack_with_host(),
            wasm_stack: engine.stack(),
            process: fork::process(),
            id,
            inside: None,
            limits: Limits::new(config, watch.clone()),
            files: Files::new(config, preopens.len()),
            mounts: Mounts::of(&preopens),
            own: config.state.as_ref().map(|state| state.make()),
            wasi: wasi::context(config, &preopens, &clock, &streams)?,
            plugin,
            clock,
            stdin,
            transcript,
            watch,
        })
    }
}
