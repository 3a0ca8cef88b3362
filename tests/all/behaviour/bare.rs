//! A bare engine: Wasmtime with its own WASI, without our host. Calls guests and describes the
//! outcomes in a few words.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use polyreactor_tests::faults::CALLED;
use polyreactor_tests::guest;
use wasmtime::{
    Caller, Config, Engine, Instance, Linker, Module, Store, StoreLimits, StoreLimitsBuilder, Trap,
    Val,
};
use wasmtime_wasi::p1::{WasiP1Ctx, add_to_linker_sync};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{I32Exit, WasiCtxBuilder};

/// The memory limit of a guest, in bytes.
const MEMORY: usize = 32 << 20;

/// After this time a call counts as one that does not return; all others return much earlier.
const WAIT: Duration = Duration::from_secs(2);

/// A compiled module, to be instantiated any number of times.
pub(crate) struct Bare {
    engine: Engine,
    module: Module,
    linker: Arc<Linker<State>>,
}

pub(crate) struct State {
    wasi: WasiP1Ctx,
    limits: StoreLimits,
}

/// An instance of a module.
pub(crate) struct Guest {
    engine: Engine,
    store: Store<State>,
    instance: Instance,
    stdout: MemoryOutputPipe,
    stderr: MemoryOutputPipe,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Returned(i64),
    ReturnedNothing,
    Exit(i32),
    Trap(Trap),
    /// The epoch deadline interrupted the call.
    Interrupted,
    /// The call has not ended: not even the epoch deadline interrupted it.
    NoReturn,
    Error(String),
}

impl Bare {
    /// The unpatched guest. Where `patch` changed the module, `build-guests` keeps the original.
    pub(crate) fn load(language: &str) -> Result<Self> {
        let built = guest(&format!("unpatched/{language}/faults"));
        Self::of(&built.or_else(|_| guest(&format!("{language}/faults")))?)
    }

    /// The guest as `build-guests` wrote it.
    pub(crate) fn load_patched(language: &str) -> Result<Self> {
        Self::of(&guest(&format!("{language}/faults"))?)
    }

    /// The unpatched guest `mains`; `None` if there is none in that language.
    pub(crate) fn load_main(language: &str) -> Result<Option<Self>> {
        let built = guest(&format!("unpatched/{language}/mains"));
        let file = built.or_else(|_| guest(&format!("{language}/mains")));
        file.ok().map(|file| Self::of(&file)).transpose()
    }

    fn of(file: &Path) -> Result<Self> {
        let mut config = Config::new();
        config.epoch_interruption(true);
        let engine = Engine::new(&config)?;
        let module = Module::from_file(&engine, file)?;
        let mut linker: Linker<State> = Linker::new(&engine);
        add_to_linker_sync(&mut linker, |state| &mut state.wasi)?;
        linker.func_wrap("host", "call", host_call)?;
        Ok(Bare { engine, module, linker: Arc::new(linker) })
    }

    pub(crate) fn has(&self, export: &str) -> bool {
        self.module.get_export(export).is_some()
    }

    /// A new instance, without a call of `_initialize`.
    pub(crate) fn begin(&self) -> Result<Guest> {
        self.begin_with(&mut WasiCtxBuilder::new())
    }

    /// As [`Bare::begin`], with these settings of WASI.
    pub(crate) fn begin_with(&self, wasi: &mut WasiCtxBuilder) -> Result<Guest> {
        let (stdout, stderr) = (MemoryOutputPipe::new(1 << 20), MemoryOutputPipe::new(1 << 20));
        wasi.stdout(stdout.clone()).stderr(stderr.clone());
        let limits = StoreLimitsBuilder::new().memory_size(MEMORY).build();
        let mut store = Store::new(&self.engine, State { wasi: wasi.build_p1(), limits });
        store.limiter(|state| &mut state.limits);
        store.set_epoch_deadline(1);
        let instance = self.linker.instantiate(&mut store, &self.module)?;
        Ok(Guest { engine: self.engine.clone(), store, instance, stdout, stderr })
    }

    /// A new instance on which `_initialize` has been called, if the module exports it.
    pub(crate) fn start(&self) -> Result<Guest> {
        self.start_with(&mut WasiCtxBuilder::new())
    }

    /// As [`Bare::start`], with these settings of WASI.
    pub(crate) fn start_with(&self, wasi: &mut WasiCtxBuilder) -> Result<Guest> {
        let mut guest = self.begin_with(wasi)?;
        if self.has("_initialize") {
            let outcome = guest.call("_initialize", &[]);
            anyhow::ensure!(outcome == Outcome::ReturnedNothing, "`_initialize`: {outcome:?}");
        }
        Ok(guest)
    }
}

impl Guest {
    pub(crate) fn call(&mut self, export: &str, values: &[i32]) -> Outcome {
        let Some(function) = self.instance.get_func(&mut self.store, export) else {
            return Outcome::Error(format!("the guest has no export `{export}`"));
        };
        let values: Vec<Val> = values.iter().copied().map(Val::I32).collect();
        let mut results = vec![Val::I32(0); function.ty(&self.store).results().len()];
        match function.call(&mut self.store, &values, &mut results) {
            Ok(()) => match results[..] {
                [Val::I32(result)] => Outcome::Returned(result.into()),
                [Val::I64(result)] => Outcome::Returned(result),
                _ => Outcome::ReturnedNothing,
            },
            Err(error) => outcome_of(&error),
        }
    }

    /// Makes a call that may never end, on a thread of its own. After `clock` the epoch deadline
    /// interrupts compiled code. A thread whose call does not return is leaked.
    pub(crate) fn call_bounded(
        mut self,
        export: &'static str,
        values: &'static [i32],
        clock: Duration,
    ) -> Outcome {
        let engine = self.engine.clone();
        let (sender, receiver) = channel();
        thread::spawn(move || sender.send(self.call(export, values)));
        thread::sleep(clock);
        engine.increment_epoch();
        match receiver.recv_timeout(WAIT) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => Outcome::NoReturn,
            Err(RecvTimeoutError::Disconnected) => Outcome::Error("the host panicked".to_owned()),
        }
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout.contents()).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr.contents()).into_owned()
    }

    /// Reads bytes of the guest's memory.
    pub(crate) fn read(&mut self, address: usize, length: usize) -> Result<Vec<u8>> {
        let memory = self.instance.get_memory(&mut self.store, "memory").context("no memory")?;
        let bytes = memory.data(&self.store).get(address..address + length);
        Ok(bytes.context("the buffer is out of bounds of the memory")?.to_vec())
    }
}

impl Outcome {
    /// The text of a cell.
    pub(crate) fn words(&self) -> String {
        match self {
            Outcome::Returned(result) => format!("returns {result}"),
            Outcome::ReturnedNothing => "returns".to_owned(),
            Outcome::Exit(status) => format!("exits with status {status}"),
            Outcome::Trap(Trap::UnreachableCodeReached) => "traps (`unreachable`)".to_owned(),
            Outcome::Trap(Trap::MemoryOutOfBounds) => "traps (memory out of bounds)".to_owned(),
            Outcome::Trap(trap) => format!("traps ({trap})"),
            Outcome::Interrupted => "is interrupted by the epoch deadline".to_owned(),
            Outcome::NoReturn => "does not return".to_owned(),
            Outcome::Error(error) => error.clone(),
        }
    }
}

fn outcome_of(error: &wasmtime::Error) -> Outcome {
    if let Some(I32Exit(status)) = error.downcast_ref() {
        return Outcome::Exit(*status);
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => Outcome::Interrupted,
        Some(trap) => Outcome::Trap(*trap),
        None => Outcome::Error(error.root_cause().to_string()),
    }
}

/// The host function `call`: calls an export of the guest, by its number in [`CALLED`].
fn host_call(mut caller: Caller<'_, State>, which: i32, value: i32) -> wasmtime::Result<i32> {
    let (export, takes_one) = CALLED[which as usize];
    let function = caller.get_export(export).and_then(wasmtime::Extern::into_func);
    let function = function.ok_or_else(|| wasmtime::format_err!("no `{export}`"))?;
    let values = [Val::I32(value)];
    let mut results = vec![Val::I32(0); function.ty(&caller).results().len()];
    let values = if takes_one { &values[..] } else { &[] };
    function.call(&mut caller, values, &mut results)?;
    Ok(results.first().and_then(Val::i32).unwrap_or_default())
}
