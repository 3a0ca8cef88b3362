//! Runs every case of `xtask/convention/tests/cases` that `patch` repairs in Wasmtime, before and
//! after `patch`. The case declares the calls and their results:
//!
//! ```wat
//! ;; CALLS: inc(1) = 21; inc(21) = 42, was 41
//! ```
//!
//! The result is that of the same program linked with the start file of a reactor, after a call of
//! `_initialize`. If the unpatched module returns something else, that is the result after `was`.
//! Where `patch` depends on the names, `;; STRIPPED:` has the results for the stripped module.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::Trial;
use polyreactor_contract::Call;
use polyreactor_convention::{
    Assume, Change, PatchOptions, Patched, Strip, Wrapping, inspect, patch, strip,
};
use polyreactor_tests::{repository, trial};
use wasmtime::{Engine, Instance, Linker, Module, Store, Val, ValType};

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let engine = Engine::default();
    let folder = repository().join("xtask/convention/tests/cases");
    let mut trials = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "wat") {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let engine = engine.clone();
            trials.push(trial(format!("proof::cases::{name}"), move || prove(&engine, &file)));
        }
    }
    Ok(trials)
}

fn prove(engine: &Engine, file: &Path) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let calls_named = calls(&text, ";; CALLS:")?;
    let calls_stripped = calls(&text, ";; STRIPPED:")?;
    let named = wat::parse_str(&text)?;
    let stripped = strip(&named, Strip::Names)?;
    // `--assume wrapped` is tried only on modules that are wrapped according to their names: for
    // any other it would be a false statement.
    let default = PatchOptions::default();
    let is_wrapped = matches!(inspect(&named)?.wrapping, Wrapping::Wrapped(_));
    let all_options = [default, default.assume(Assume::Wrapped)];
    let all_options = &all_options[..if is_wrapped { 2 } else { 1 }];
    for (name, module) in [("with names", &named[..]), ("stripped", &stripped)] {
        let calls = match name {
            "stripped" if !calls_stripped.is_empty() => &calls_stripped,
            _ => &calls_named,
        };
        for options in all_options {
            let Ok(Patched { bytes: Cow::Owned(bytes), changes }) = patch(module, options) else {
                continue;
            };
            ensure!(
                !calls.is_empty(),
                "`patch` repairs it: add a line `;; CALLS:` with calls and their results"
            );
            let run = |bytes: &[u8], before| Running::new(engine, bytes)?.run(calls, before);
            run(module, true).with_context(|| format!("{name}, before"))?;
            let mut patched = run(&bytes, false).with_context(|| format!("{name}, {changes:?}"))?;
            let added = |change: &Change| matches!(change, Change::AddedInitialize { .. });
            if changes.iter().any(added) {
                let again = patched.call(INITIALIZE, &[])?;
                ensure!(again == "trap", "{name}: a second `_initialize` returns {again}");
            }
        }
    }
    Ok(())
}

const INITIALIZE: &str = "_initialize";

/// A call, and its results after (`is`) and before (`was`) `patch`.
struct Step {
    call: Call,
    is: String,
    was: String,
}

fn calls(text: &str, prefix: &str) -> Result<Vec<Step>> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(prefix));
    lines.flat_map(|line| line.split(';')).map(|call| parse(call.trim())).collect()
}

/// Parses `inc(21) = 42, was 41`.
fn parse(call: &str) -> Result<Step> {
    let (call, results) = call.split_once(" = ").with_context(|| format!("{call}: no ` = `"))?;
    let (is, was) = results.split_once(", was ").unwrap_or((results, results));
    Ok(Step { call: Call::parse(call)?, is: is.to_owned(), was: was.to_owned() })
}

/// An instance; `_initialize` has not been called by [`Running::new`].
struct Running {
    store: Store<()>,
    instance: Instance,
}

impl Running {
    fn new(engine: &Engine, bytes: &[u8]) -> Result<Self> {
        let module = Module::new(engine, bytes)?;
        let mut store = Store::new(engine, ());
        let mut linker = Linker::new(engine);
        linker.define_unknown_imports_as_traps(&module)?;
        let instance = linker.instantiate(&mut store, &module)?;
        Ok(Running { store, instance })
    }

    /// Calls `_initialize`, if there is one, then makes the calls and compares their results.
    fn run(mut self, steps: &[Step], before: bool) -> Result<Self> {
        if self.instance.get_func(&mut self.store, INITIALIZE).is_some() {
            let initialised = self.call(INITIALIZE, &[])?;
            ensure!(initialised == "()", "`_initialize` returns {initialised}");
        }
        for Step { call, is, was } in steps {
            let arguments: Vec<&str> = call.argument_texts().collect();
            let result = self.call(call.name(), &arguments)?;
            let expected = if before { was } else { is };
            let name = call.name();
            ensure!(result == *expected, "{name}{arguments:?} returns {result}, not {expected}");
        }
        Ok(self)
    }

    fn call(&mut self, name: &str, arguments: &[&str]) -> Result<String> {
        // Before it is patched, an export may have the linker's name for it (R013).
        let symbol = format!("polyreactor-export:{name}");
        let function = self.instance.get_func(&mut self.store, name);
        let function = function.or_else(|| self.instance.get_func(&mut self.store, &symbol));
        let function = function.with_context(|| format!("no exported function `{name}`"))?;
        let ty = function.ty(&self.store);
        let arguments: Result<Vec<Val>> =
            ty.params().zip(arguments).map(|(ty, text)| value(&ty, text)).collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        if let Err(error) = function.call(&mut self.store, &arguments?, &mut results) {
            let trap: &wasmtime::Trap = error.downcast_ref().context("an error, but no trap")?;
            ensure!(*trap != wasmtime::Trap::StackOverflow, "a stack overflow");
            return Ok("trap".to_owned());
        }
        let results: Vec<String> = results.iter().map(shown).collect();
        Ok(match &results[..] {
            [one] => one.clone(),
            several => format!("({})", several.join(", ")),
        })
    }
}

fn value(ty: &ValType, text: &str) -> Result<Val> {
    Ok(match ty {
        ValType::I32 => Val::I32(text.parse()?),
        ValType::I64 => Val::I64(text.parse()?),
        ValType::F32 => Val::F32(text.parse::<f32>()?.to_bits()),
        ValType::F64 => Val::F64(text.parse::<f64>()?.to_bits()),
        other => bail!("an argument of type {other}"),
    })
}

fn shown(value: &Val) -> String {
    match value {
        Val::I32(number) => number.to_string(),
        Val::I64(number) => number.to_string(),
        Val::F32(bits) => f32::from_bits(*bits).to_string(),
        Val::F64(bits) => f64::from_bits(*bits).to_string(),
        other => format!("{other:?}"),
    }
}
