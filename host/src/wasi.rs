//! WASI preview 1 for one instance: an [`InstanceConfig`] in, what its guest's imports see out.

use std::sync::{Arc, Mutex};

use wasmtime::Linker;
use wasmtime_wasi::p1::{self, WasiP1Ctx};
use wasmtime_wasi::{FsPerms, I32Exit, WasiCtxBuilder};

use crate::instance::config::{Access, Directory};
use crate::instance::state::State;
use crate::interrupt::deadline::Watch;
use crate::wasi::clock::Clock;
use crate::wasi::poll::poll_oneoff;
use crate::wasi::random::Chance;
use crate::wasi::streams::{GuestInput, GuestOutput, Which};
use crate::wasi::transcript::Transcript;
use crate::{Error, InstanceConfig};

mod blocking;
pub(crate) mod clock;
pub(crate) mod mounts;
pub(crate) mod panics;
mod paths;
mod pipe;
mod poll;
mod random;
pub(crate) mod stdin;
pub(crate) mod stdout;
pub(crate) mod streams;
pub(crate) mod transcript;

use mounts::Preopen;

const MODULE: &str = "wasi_snapshot_preview1";

/// What a guest's standard streams are made of.
pub(crate) struct Streams<'a> {
    pub(crate) stdin: &'a GuestInput,
    pub(crate) plugin: &'a Arc<str>,
    pub(crate) watch: &'a Arc<Watch>,
    pub(crate) transcript: &'a Arc<Mutex<Transcript>>,
}

/// What wasmtime-wasi knows of one instance.
pub(crate) fn context(
    config: &InstanceConfig,
    preopens: &[Preopen<'_>],
    clock: &Clock,
    streams: &Streams<'_>,
) -> Result<WasiP1Ctx, Error> {
    let output = |which, output| GuestOutput::new(which, output, streams);
    let mut wasi = WasiCtxBuilder::new();
    // A call blocks its thread anyway: files are read there, without a detour.
    wasi.allow_blocking_current_thread(true);
    match &config.args[..] {
        // Programs take it for granted that there is a first argument, their own name.
        [] if streams.plugin.is_empty() => wasi.arg("plugin"),
        [] => wasi.arg(&**streams.plugin),
        args => wasi.args(args),
    };
    wasi.envs(&mounts::environment(config, preopens));
    wasi.stdin(streams.stdin.clone());
    wasi.stdout(output(Which::Stdout, &config.stdout));
    wasi.stderr(output(Which::Stderr, &config.stderr));
    wasi.wall_clock(clock.clone()).monotonic_clock(clock.clone());
    if let Some(seed) = config.seed {
        wasi.secure_random(Chance::of_seed(seed));
    }
    for preopen in preopens {
        open(&mut wasi, preopen)?;
    }
    Ok(wasi.build_p1())
}

fn open(wasi: &mut WasiCtxBuilder, preopen: &Preopen<'_>) -> Result<(), Error> {
    let Directory { host, access, .. } = preopen.directory;
    let permissions = match access {
        Access::ReadOnly => FsPerms::ReadOnly,
        Access::ReadWrite => FsPerms::ReadWrite,
    };
    wasi.preopened_dir(host, &preopen.name, permissions).map_err(|error| Error::Directory {
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
    blocking::add_to_linker(&mut linker)?;
    paths::add_to_linker(&mut linker)?;
    // wasmtime-wasi takes a status of 126 and more for a fault; guests may exit with any.
    linker.func_wrap(MODULE, "proc_exit", |status: i32| -> wasmtime::Result<()> {
        Err(I32Exit(status).into())
    })?;
    linker.func_wrap(MODULE, "poll_oneoff", poll_oneoff)?;
    linker.allow_shadowing(false);
    Ok(linker)
}
