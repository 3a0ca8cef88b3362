//! WASI preview 1: files, standard streams, clocks, randomness, and the scan for panic messages.
//!
//! wasmtime-wasi implements most functions. Those that may wait or take a path are replaced, so
//! that a deadline ends every wait, and a path means the same in every language.
//!
//! Uses the modules `os`, `error` and `interrupt`. Knows no instance: its functions are generic
//! over store data that is a [`WasiView`].

mod blocking;
mod clock;
mod files;
mod mounts;
mod panics;
mod paths;
mod pipe;
mod poll;
mod random;
mod stdin;
mod stdout;
mod streams;
mod transcript;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use wasmtime::Linker;
use wasmtime_wasi::p1::{self, WasiP1Ctx};
use wasmtime_wasi::{FsPerms, I32Exit, WasiCtxBuilder};

use crate::error::InstantiateError;
use crate::interrupt::deadline::Deadline;
use crate::wasi::clock::Clock;
use crate::wasi::files::Files;
use crate::wasi::mounts::{Mounts, Preopen, preopens};
use crate::wasi::random::SeededRng;
use crate::wasi::streams::{GuestInput, GuestOutput, Streams, Which};
use crate::wasi::transcript::Transcript;

pub use mounts::Access;
pub(crate) use mounts::Directory;
pub use panics::{Language, PanicScanner, Panicked};
pub use stdin::Input;
pub use stdout::{Capture, Captured, Output};

/// The name of the module from which guests import preview 1.
const MODULE: &str = "wasi_snapshot_preview1";

/// The WASI part of an [`InstanceConfig`](crate::InstanceConfig).
#[derive(Debug, Clone)]
pub(crate) struct WasiConfig {
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) directories: Vec<Directory>,
    pub(crate) stdin: Input,
    pub(crate) stdout: Output,
    pub(crate) stderr: Output,
    /// The seed of `random_get`, which also makes the clocks virtual; `None` for randomness and
    /// clocks of the machine.
    pub(crate) seed: Option<u64>,
    /// The time at which a virtual clock begins, since 1970.
    pub(crate) start_time: Duration,
    pub(crate) max_open_files: u32,
}

impl WasiConfig {
    pub(crate) fn new() -> Self {
        WasiConfig {
            args: Vec::new(),
            env: Vec::new(),
            directories: Vec::new(),
            stdin: Input::null(),
            stdout: Output::null(),
            stderr: Output::null(),
            seed: None,
            start_time: clock::START,
            max_open_files: 256,
        }
    }
}

/// The WASI state of one instance.
pub(crate) struct Wasi {
    ctx: WasiP1Ctx,
    clock: Clock,
    stdin: GuestInput,
    files: Files,
    mounts: Mounts,
    transcript: Arc<Mutex<Transcript>>,
    deadline: Arc<Deadline>,
}

/// Store data that holds the WASI state of an instance.
pub(crate) trait WasiView: Send + 'static {
    fn wasi(&self) -> &Wasi;
    fn wasi_mut(&mut self) -> &mut Wasi;
}

impl Wasi {
    /// `plugin` is the plugin's name.
    pub(crate) fn new(
        config: &WasiConfig,
        plugin: &Arc<str>,
        deadline: &Arc<Deadline>,
    ) -> Result<Self, InstantiateError> {
        let clock = match config.seed {
            Some(_) => Clock::virtual_from(config.start_time),
            None => Clock::real(),
        };
        let stdin = GuestInput::new(&config.stdin, deadline.clone());
        let transcript = Arc::default();
        let streams = Streams { plugin, deadline, transcript: &transcript };
        let preopens = preopens(config)?;
        let output = |which, output| GuestOutput::new(which, output, &streams);
        let mut ctx = WasiCtxBuilder::new();
        // A call blocks its thread anyway: file operations run there, not on a thread pool.
        ctx.allow_blocking_current_thread(true);
        match &config.args[..] {
            // Programs rely on a first argument, which is their own name.
            [] if plugin.is_empty() => ctx.arg("plugin"),
            [] => ctx.arg(&**plugin),
            args => ctx.args(args),
        };
        ctx.envs(&mounts::environment(config, &preopens));
        ctx.stdin(stdin.clone());
        ctx.stdout(output(Which::Stdout, &config.stdout));
        ctx.stderr(output(Which::Stderr, &config.stderr));
        ctx.wall_clock(clock.clone()).monotonic_clock(clock.clone());
        if let Some(seed) = config.seed {
            ctx.secure_random(SeededRng::new(seed));
        }
        for preopen in &preopens {
            open(&mut ctx, preopen)?;
        }
        Ok(Wasi {
            ctx: ctx.build_p1(),
            clock,
            stdin,
            files: Files::new(config, preopens.len()),
            mounts: Mounts::of(&preopens),
            transcript,
            deadline: deadline.clone(),
        })
    }

    /// What the guest has written in its last call.
    pub(crate) fn transcript(&self) -> MutexGuard<'_, Transcript> {
        self.transcript.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a directory of the host and gives it to the guest.
fn open(ctx: &mut WasiCtxBuilder, preopen: &Preopen<'_>) -> Result<(), InstantiateError> {
    let Directory { host, access, .. } = preopen.directory;
    let permissions = match access {
        Access::ReadOnly => FsPerms::ReadOnly,
        Access::ReadWrite => FsPerms::ReadWrite,
    };
    ctx.preopened_dir(host, mounts::guest_name(preopen), permissions).map_err(|error| {
        InstantiateError::Directory { path: host.clone(), cause: error.root_cause().to_string() }
    })?;
    Ok(())
}

/// Defines all functions of preview 1.
pub(crate) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    p1::add_to_linker_sync(linker, |data: &mut T| &mut data.wasi_mut().ctx)?;
    linker.allow_shadowing(true);
    blocking::add_to_linker(linker)?;
    paths::add_to_linker(linker)?;
    // wasmtime-wasi traps at an exit status of 126 or more; a guest may exit with any status.
    linker.func_wrap(MODULE, "proc_exit", |status: i32| -> wasmtime::Result<()> {
        Err(I32Exit(status).into())
    })?;
    linker.func_wrap(MODULE, "poll_oneoff", poll::poll_oneoff::<T>)?;
    linker.allow_shadowing(false);
    Ok(())
}
