//! WASI preview 1 for one instance: an [`InstanceConfig`] in, what its guest's imports see out.

use std::sync::{Arc, Mutex};

use wasmtime::{Linker, Module};
use wasmtime_wasi::p1::{self, WasiP1Ctx};
use wasmtime_wasi::{FsPerms, I32Exit, WasiCtxBuilder};

use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::{Access, Directory};
use crate::limits::Limits;
use crate::panic::Witness;
use crate::poll::poll_oneoff;
use crate::streams::{GuestInput, GuestOutput};
use crate::watch::Watch;
use crate::{Error, InstanceConfig};

const MODULE: &str = "wasi_snapshot_preview1";

/// What belongs to one instance and is not the guest's memory.
pub(crate) struct State {
    wasi: WasiP1Ctx,
    pub(crate) plugin: Arc<str>,
    pub(crate) watch: Arc<Watch>,
    pub(crate) limits: Limits,
    pub(crate) clock: Clock,
    pub(crate) stdin: GuestInput,
    pub(crate) witness: Arc<Mutex<Witness>>,
}

impl State {
    pub(crate) fn new(
        config: &InstanceConfig,
        plugin: &Arc<str>,
        watch: Arc<Watch>,
    ) -> Result<Self, Error> {
        let plugin = config.name.as_ref().map_or_else(|| plugin.clone(), |name| name[..].into());
        let clock = if config.seed.is_some() { Clock::virtual_() } else { Clock::real() };
        let stdin = GuestInput::new(&config.stdin, watch.clone());
        let witness = Arc::new(Mutex::new(Witness::default()));

        let mut wasi = WasiCtxBuilder::new();
        // A call blocks its thread anyway (`waits`): files are read there, without a detour.
        wasi.allow_blocking_current_thread(true);
        wasi.args(&config.args).envs(&config.env);
        wasi.stdin(stdin.clone());
        wasi.stdout(GuestOutput::new(&config.stdout, &plugin, &watch, None));
        wasi.stderr(GuestOutput::new(&config.stderr, &plugin, &watch, Some(witness.clone())));
        wasi.wall_clock(clock.clone()).monotonic_clock(clock.clone());
        if let Some(seed) = config.seed {
            wasi.secure_random(Chance::of_seed(seed));
        }
        for directory in &config.directories {
            open(&mut wasi, directory)?;
        }
        let limits = Limits { memory: config.memory, table: config.table, was_refused: false };
        Ok(State { wasi: wasi.build_p1(), plugin, watch, limits, clock, stdin, witness })
    }
}

fn open(wasi: &mut WasiCtxBuilder, directory: &Directory) -> Result<(), Error> {
    let Directory { host, guest, access } = directory;
    let permissions = match access {
        Access::ReadOnly => FsPerms::ReadOnly,
        Access::ReadWrite => FsPerms::ReadWrite,
    };
    wasi.preopened_dir(host, guest, permissions).map_err(|error| Error::Directory {
        path: host.clone(),
        cause: error.root_cause().to_string(),
    })?;
    Ok(())
}

/// Everything that a guest may import without the embedder's doing.
pub(crate) fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    p1::add_to_linker_sync(&mut linker, |state: &mut State| &mut state.wasi)?;
    linker.allow_shadowing(true);
    // wasmtime-wasi takes a status of 126 and more for a fault; guests may exit with any.
    linker.func_wrap(MODULE, "proc_exit", |status: i32| -> wasmtime::Result<()> {
        Err(I32Exit(status).into())
    })?;
    linker.func_wrap(MODULE, "poll_oneoff", poll_oneoff)?;
    linker.allow_shadowing(false);
    Ok(linker)
}

/// Whether a module can come to wait inside of WASI (see [`crate::waits`]).
pub(crate) fn is_used_by(module: &Module) -> bool {
    module.imports().any(|import| import.module() == MODULE)
}
