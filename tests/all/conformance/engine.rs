//! A bare engine (Wasmtime with its own WASI), which runs any module. The results of unpatched
//! modules are needed for comparison, and our own host refuses those.

use std::sync::LazyLock;

use anyhow::{Context, Result, anyhow};
use wasmtime::{
    Config, Engine, Instance, Linker, Module, Store, Val, WasmBacktrace, WasmBacktraceDetails,
};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::p1::{self, WasiP1Ctx};

use super::header::Call;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut config = Config::new();
    config.wasm_backtrace_details(WasmBacktraceDetails::Enable);
    Engine::new(&config).expect("this machine runs compiled Wasm")
});

/// An instance. If the module exports `_initialize`, [`Bare::start`] has called it once.
pub(crate) struct Bare {
    store: Store<WasiP1Ctx>,
    instance: Instance,
}

/// A place in a source file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) file: String,
    pub(crate) line: usize,
}

impl Bare {
    pub(crate) fn start(bytes: &[u8]) -> Result<Self> {
        let module = Module::from_binary(&ENGINE, bytes).map_err(|error| anyhow!("{error:#}"))?;
        let mut linker = Linker::new(&ENGINE);
        p1::add_to_linker_sync(&mut linker, |context| context).map_err(|e| anyhow!("{e:#}"))?;
        let mut store = Store::new(&ENGINE, WasiCtxBuilder::new().arg("guest").build_p1());
        let instance = linker.instantiate(&mut store, &module).map_err(|e| anyhow!("{e:#}"))?;
        if let Ok(initialize) = instance.get_typed_func::<(), ()>(&mut store, "_initialize") {
            initialize.call(&mut store, ()).map_err(|e| anyhow!("{e:?}")).context("_initialize")?;
        }
        Ok(Bare { store, instance })
    }

    /// Makes a call and returns its results, separated by spaces, or the engine's error.
    pub(crate) fn call(&mut self, call: &Call) -> Result<String> {
        let export = self.instance.get_func(&mut self.store, &call.export);
        let export = export.with_context(|| format!("no function `{}`", call.export))?;
        let arguments: Vec<Val> = call.arguments.iter().map(|&number| number.into()).collect();
        let mut results = vec![Val::I32(0); export.ty(&self.store).results().len()];
        export.call(&mut self.store, &arguments, &mut results).map_err(|e| anyhow!("{e:?}"))?;
        let results = results.iter().map(|result| result.i32().map(|number| number.to_string()));
        Ok(results.map(Option::unwrap_or_default).collect::<Vec<_>>().join(" "))
    }

    /// Makes a call that must trap and returns its backtrace, innermost frame first, inlined
    /// functions included.
    pub(crate) fn trap(mut self, call: &Call) -> Result<Vec<Frame>> {
        let export = self.instance.get_func(&mut self.store, &call.export).context("an export")?;
        let arguments: Vec<Val> = call.arguments.iter().map(|&number| number.into()).collect();
        let error = export.call(&mut self.store, &arguments, &mut [Val::I32(0)]);
        let error = error.err().with_context(|| format!("{call:?} does not trap"))?;
        let backtrace = error.downcast_ref::<WasmBacktrace>().context("no backtrace")?;
        let symbols = backtrace.frames().iter().flat_map(|frame| frame.symbols());
        Ok(symbols
            .map(|symbol| Frame {
                file: symbol.file().unwrap_or_default().to_owned(),
                line: symbol.line().unwrap_or_default() as usize,
            })
            .collect())
    }

    /// Makes the calls in order, on one instance. Returns the results of each, or `trap`.
    pub(crate) fn results(bytes: &[u8], calls: &[Call]) -> Vec<String> {
        let Ok(mut instance) = Bare::start(bytes) else {
            return vec!["no instance".to_owned()];
        };
        let results =
            calls.iter().map(|call| instance.call(call).unwrap_or_else(|_| "trap".into()));
        results.collect()
    }
}
