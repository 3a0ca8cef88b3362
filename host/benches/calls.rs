//! What a call costs through this crate, beside what the engine takes by itself: the counter of
//! each language in, times and their ratios out. `cargo xtask bench`
//!
//! The targets: a typed call within 1.15 times wasmtime's `TypedFunc::call` under the same
//! configuration, a call by name within 3 times that.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use criterion::Criterion;
use polyreactor_host::{Engine, EngineConfig, Func, Instance, InstanceConfig, Reactor, Val};
use wasmtime::{Config, Linker, Module, Store, TypedFunc, UpdateDeadline};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::p1::{self, WasiP1Ctx};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for language in ["rust", "go", "zig"] {
        match counter(language) {
            Some(bytes) => {
                of_calls(&mut criterion, language, &bytes);
                of_instances(&mut criterion, language, &bytes);
            }
            None => eprintln!("no counter in {language}: `cargo xtask build-guests` makes it"),
        }
    }
    criterion.final_summary();
}

fn of_calls(criterion: &mut Criterion, language: &str, bytes: &[u8]) {
    let (mut raw, mut ours) = (Raw::new(bytes), Ours::new(&Engine::new().unwrap(), bytes));
    let mut group = criterion.benchmark_group(format!("add in {language}"));
    group.bench_function("wasmtime", |bencher| bencher.iter(|| raw.add()));
    group.bench_function("typed", |bencher| bencher.iter(|| ours.add()));
    group.bench_function("by name", |bencher| bencher.iter(|| ours.add_by_name()));
    group.finish();

    // Taken in turns, so that what else the machine does falls on all of them.
    let mut times = [Duration::MAX; 3];
    for _ in 0..200 {
        times[0] = took(|| raw.add()).min(times[0]);
        times[1] = took(|| ours.add()).min(times[1]);
        times[2] = took(|| ours.add_by_name()).min(times[2]);
    }
    let [wasmtime, typed, by_name] = times.map(|time| time.as_secs_f64());
    println!("typed / wasmtime    {:.3}  (at most 1.15)", typed / wasmtime);
    println!("by name / wasmtime  {:.3}  (at most 3)", by_name / wasmtime);
}

fn of_instances(criterion: &mut Criterion, language: &str, bytes: &[u8]) {
    let pooled = Engine::builder_with(&EngineConfig::new().pool(8)).unwrap().build();
    let engines = [("ready on demand", Engine::new().unwrap()), ("ready from a pool", pooled)];
    let mut group = criterion.benchmark_group(format!("instance in {language}"));
    for (name, engine) in engines {
        let reactor = Reactor::from_bytes(&engine, bytes).unwrap();
        let config = InstanceConfig::new();
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(reactor.instantiate(&config).unwrap()));
        });
    }
    group.finish();
}

/// The engine's own way, under the configuration that this crate uses.
struct Raw {
    store: Store<WasiP1Ctx>,
    add: TypedFunc<(i32, i32), i32>,
}

impl Raw {
    fn new(bytes: &[u8]) -> Self {
        let mut config = Config::new();
        config.epoch_interruption(true);
        let engine = wasmtime::Engine::new(&config).unwrap();
        let module = Module::from_binary(&engine, bytes).unwrap();
        let mut linker = Linker::new(&engine);
        p1::add_to_linker_sync(&mut linker, |wasi| wasi).unwrap();
        let mut store = Store::new(&engine, WasiCtxBuilder::new().build_p1());
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Continue(1)));
        store.set_epoch_deadline(1);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let initialize = instance.get_typed_func::<(), ()>(&mut store, "_initialize").unwrap();
        initialize.call(&mut store, ()).unwrap();
        let add = instance.get_typed_func(&mut store, "add").unwrap();
        Raw { store, add }
    }

    fn add(&mut self) -> i32 {
        self.add.call(&mut self.store, black_box((2, 3))).unwrap()
    }
}

/// This crate's.
struct Ours {
    instance: Instance,
    add: Func<(i32, i32), i32>,
}

impl Ours {
    fn new(engine: &Engine, bytes: &[u8]) -> Self {
        let reactor = Reactor::from_bytes(engine, bytes).unwrap();
        let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
        let add = instance.func("add").unwrap();
        Ours { instance, add }
    }

    fn add(&mut self) -> i32 {
        self.add.call(&mut self.instance, black_box((2, 3))).unwrap()
    }

    fn add_by_name(&mut self) -> Vec<Val> {
        let values = black_box([Val::S32(2), Val::S32(3)]);
        self.instance.call(black_box("add"), &values).unwrap()
    }
}

/// How long ten thousand of them take.
fn took<T>(mut call: impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..10_000 {
        black_box(call());
    }
    start.elapsed()
}

fn counter(language: &str) -> Option<Vec<u8>> {
    let guests = env::var_os("POLYREACTOR_GUESTS")?;
    fs::read(Path::new(&guests).join(language).join("counter.wasm")).ok()
}
