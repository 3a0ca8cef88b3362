//! A bare engine: Wasmtime with its own WASI, without our host. Calls a guest, and puts the outcome
//! into few words.

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

/// What a guest's memory may grow to.
const MEMORY: usize = 32 << 20;

/// How long is waited for what may not come back; one that does is back long before.
const WAIT: Duration = Duration::from_secs(2);

/// A guest's module.
pub(crate) struct Bare {
    engine: Engine,
    module: Module,
    linker: Arc<Linker<State>>,
}

pub(crate) struct State {
    wasi: WasiP1Ctx,
    limits: StoreLimits,
}

/// A live one.
pub(crate) struct Guest {
    engine: Engine,
    store: Store<State>,
    instance: Instance,
    stdout: MemoryOutputPipe,
    stderr: MemoryOutputPipe,
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Came {
    Answer(i64),
    Nothing,
    Exit(i32),
    Trap(Trap),
    /// Our clock ended it.
    Stopped,
    /// Nothing did.
    NotBack,
    Error(String),
}

impl Bare {
    /// As its compiler made it; `build-guests` keeps that where patching changed it.
    pub(crate) fn load(language: &str) -> Result<Self> {
        let built = guest(&format!("unpatched/{language}/faults"));
        Self::of(&built.or_else(|_| guest(&format!("{language}/faults")))?)
    }

    /// As `build-guests` hands it out.
    pub(crate) fn load_patched(language: &str) -> Result<Self> {
        Self::of(&guest(&format!("{language}/faults"))?)
    }

    /// The guest with a `main`, as its compiler made it, where it is in that language.
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

    /// One that nothing of has run.
    pub(crate) fn begin(&self) -> Result<Guest> {
        self.begin_with(&mut WasiCtxBuilder::new())
    }

    /// The same, with what it is given of the world.
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

    /// One that has been initialised, where there is a way to.
    pub(crate) fn start(&self) -> Result<Guest> {
        self.start_with(&mut WasiCtxBuilder::new())
    }

    /// The same, with what it is given of the world.
    pub(crate) fn start_with(&self, wasi: &mut WasiCtxBuilder) -> Result<Guest> {
        let mut guest = self.begin_with(wasi)?;
        if self.has("_initialize") {
            let came = guest.call("_initialize", &[]);
            anyhow::ensure!(came == Came::Nothing, "`_initialize`: {came:?}");
        }
        Ok(guest)
    }
}

impl Guest {
    pub(crate) fn call(&mut self, export: &str, values: &[i32]) -> Came {
        let Some(function) = self.instance.get_func(&mut self.store, export) else {
            return Came::Error(format!("it has no export `{export}`"));
        };
        let values: Vec<Val> = values.iter().copied().map(Val::I32).collect();
        let mut results = vec![Val::I32(0); function.ty(&self.store).results().len()];
        match function.call(&mut self.store, &values, &mut results) {
            Ok(()) => match results[..] {
                [Val::I32(answer)] => Came::Answer(answer.into()),
                [Val::I64(answer)] => Came::Answer(answer),
                _ => Came::Nothing,
            },
            Err(error) => came(&error),
        }
    }

    /// Calls what may never end, on a thread of its own, with a clock that ends compiled code
    /// after so long. A thread that does not come back is left behind.
    pub(crate) fn call_bounded(
        mut self,
        export: &'static str,
        values: &'static [i32],
        clock: Duration,
    ) -> Came {
        let engine = self.engine.clone();
        let (sender, receiver) = channel();
        thread::spawn(move || sender.send(self.call(export, values)));
        thread::sleep(clock);
        engine.increment_epoch();
        match receiver.recv_timeout(WAIT) {
            Ok(came) => came,
            Err(RecvTimeoutError::Timeout) => Came::NotBack,
            Err(RecvTimeoutError::Disconnected) => Came::Error("the host panicked".to_owned()),
        }
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout.contents()).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr.contents()).into_owned()
    }

    /// Bytes of its memory.
    pub(crate) fn read(&mut self, address: usize, length: usize) -> Result<Vec<u8>> {
        let memory = self.instance.get_memory(&mut self.store, "memory").context("no memory")?;
        let bytes = memory.data(&self.store).get(address..address + length);
        Ok(bytes.context("it is outside of the memory")?.to_vec())
    }
}

impl Came {
    /// In few words.
    pub(crate) fn words(&self) -> String {
        match self {
            Came::Answer(answer) => format!("answers {answer}"),
            Came::Nothing => "answers".to_owned(),
            Came::Exit(status) => format!("exits with status {status}"),
            Came::Trap(Trap::UnreachableCodeReached) => "traps (`unreachable`)".to_owned(),
            Came::Trap(Trap::MemoryOutOfBounds) => "traps (outside of its memory)".to_owned(),
            Came::Trap(trap) => format!("traps ({trap})"),
            Came::Stopped => "ends by the engine's clock".to_owned(),
            Came::NotBack => "does not come back".to_owned(),
            Came::Error(error) => error.clone(),
        }
    }
}

fn came(error: &wasmtime::Error) -> Came {
    if let Some(I32Exit(status)) = error.downcast_ref() {
        return Came::Exit(*status);
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => Came::Stopped,
        Some(trap) => Came::Trap(*trap),
        None => Came::Error(error.root_cause().to_string()),
    }
}

/// What the guests import.
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
