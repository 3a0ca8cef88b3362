//! WASI preview 1 for one instance: an [`InstanceConfig`] in, what its guest's imports see out.

use wasmtime::{Linker, Module};
use wasmtime_wasi::p1::{self, WasiP1Ctx};
use wasmtime_wasi::{I32Exit, WasiCtxBuilder};

use crate::{InstanceConfig, Stdio};

const MODULE: &str = "wasi_snapshot_preview1";

/// What belongs to one instance and is not the guest's memory.
pub(crate) struct State {
    wasi: WasiP1Ctx,
}

impl State {
    pub(crate) fn new(config: &InstanceConfig) -> Self {
        let mut wasi = WasiCtxBuilder::new();
        wasi.args(&config.args).envs(&config.env);
        if config.stdin == Stdio::Inherit {
            wasi.inherit_stdin();
        }
        if config.stdout == Stdio::Inherit {
            wasi.inherit_stdout();
        }
        if config.stderr == Stdio::Inherit {
            wasi.inherit_stderr();
        }
        // A call blocks its thread anyway (`waits`): let it sleep there, without a detour.
        wasi.allow_blocking_current_thread(true);
        State { wasi: wasi.build_p1() }
    }
}

/// Everything that a guest may import.
pub(crate) fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    p1::add_to_linker_sync(&mut linker, |state: &mut State| &mut state.wasi)?;
    // wasmtime-wasi takes a status of 126 and more for a fault; guests may exit with any.
    linker.allow_shadowing(true);
    linker.func_wrap(MODULE, "proc_exit", |status: i32| -> wasmtime::Result<()> {
        Err(I32Exit(status).into())
    })?;
    linker.allow_shadowing(false);
    Ok(linker)
}

/// Whether a module can come to wait inside of WASI (see [`crate::waits`]).
pub(crate) fn is_used_by(module: &Module) -> bool {
    module.imports().any(|import| import.module() == MODULE)
}
