//! A bare engine, which runs a module as it is: our own host refuses unpatched modules, and those are
//! what patched ones are compared with.

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

/// An instance, on which `_initialize` was called once if the module has one.
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

    /// What a call answers, or the engine's words where it does not.
    pub(crate) fn call(&mut self, call: &Call) -> Result<String> {
        let export = self.instance.get_func(&mut self.store, &call.export);
        let export = export.with_context(|| format!("no function `{}`", call.export))?;
        let arguments: Vec<Val> = call.arguments.iter().map(|&number| number.into()).collect();
        let mut results = vec![Val::I32(0); export.ty(&self.store).results().len()];
        export.call(&mut self.store, &arguments, &mut results).map_err(|e| anyhow!("{e:?}"))?;
        let results = results.iter().map(|result| result.i32().map(|number| number.to_string()));
        Ok(results.map(Option::unwrap_or_default).collect::<Vec<_>>().join(" "))
    }

    /// Where a call traps, innermost first, inlined functions too.
    pub(crate) fn trap(mut self, call: &Call) -> Result<Vec<Frame>> {
        let export = self.instance.get_func(&mut self.store, &call.export).context("an export")?;
        let arguments: Vec<Val> = call.arguments.iter().map(|&number| number.into()).collect();
        let error = export.call(&mut self.store, &arguments, &mut [Val::I32(0)]);
        let error = error.err().context("it does not trap")?;
        let backtrace = error.downcast_ref::<WasmBacktrace>().context("no backtrace")?;
        let symbols = backtrace.frames().iter().flat_map(|frame| frame.symbols());
        Ok(symbols
            .map(|symbol| Frame {
                file: symbol.file().unwrap_or_default().to_owned(),
                line: symbol.line().unwrap_or_default() as usize,
            })
            .collect())
    }

    /// What each of the calls answers; `trap` where one does not.
    pub(crate) fn answers(bytes: &[u8], calls: &[Call]) -> Vec<String> {
        let Ok(mut instance) = Bare::start(bytes) else {
            return vec!["no instance".to_owned()];
        };
        let answers =
            calls.iter().map(|call| instance.call(call).unwrap_or_else(|_| "trap".into()));
        answers.collect()
    }
}
