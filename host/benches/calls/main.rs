//! Benchmark of calls and of making instances (`cargo xtask bench`): calls of the counter example's
//! `add` (numbers) and of the wordcount example's `count` (a string and a record), in each language,
//! through this crate and through wasmtime alone.
//!
//! Targets: a typed call ([`Func::call`]) takes at most 1.15 times as long as wasmtime's
//! `TypedFunc::call` under the same configuration, a call by name at most 3 times as long. The
//! ratios are printed, not enforced.
//!
//! Measured in November 2026 on two cores (AMD EPYC), three runs each: a typed call 1.17 to 1.19
//! (Rust), 1.14 to 1.28 (Go), 1.22 to 1.37 (Zig), a call by name 1.76 to 2.37. A typed call is
//! wasmtime's typed call and some 50 instructions, 3 to 5 ns: checks of the instance, of the process
//! (a forked child) and of the thread's stack, the begin of the deadline, and the drop guard that
//! poisons the instance. Without the checks of process and stack, the ratio is 1.06 to 1.25.

mod wordcount;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use criterion::Criterion;
use polyreactor_host::{Engine, EngineConfig, Func, Instance, InstanceConfig, Reactor};
use wasmtime::{Config, Linker, Module, Store, TypedFunc, UpdateDeadline};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::p1::{self, WasiP1Ctx};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for language in ["rust", "go", "zig"] {
        match (guest(language, "counter"), guest(language, "wordcount")) {
            (Some(counter), Some(wordcount)) => {
                bench_calls(&mut criterion, language, &counter);
                wordcount::bench_calls(&mut criterion, language, &wordcount);
                bench_instances(&mut criterion, language, &counter);
            }
            _ => {
                eprintln!("a guest in {language} is missing: `cargo xtask build-guests` builds it")
            }
        }
    }
    criterion.final_summary();
}

fn bench_calls(criterion: &mut Criterion, language: &str, bytes: &[u8]) {
    let (mut raw, mut ours) =
        (Raw::new(bytes), Ours::new(&Engine::new(&EngineConfig::new()).unwrap(), bytes));
    let mut group = criterion.benchmark_group(format!("add in {language}"));
    group.bench_function("wasmtime", |bencher| bencher.iter(|| raw.add()));
    group.bench_function("typed", |bencher| bencher.iter(|| ours.add()));
    group.bench_function("by name", |bencher| bencher.iter(|| ours.add_by_name()));
    group.finish();

    // Measured in turns, so that other load on the machine affects all three; the minimum counts.
    let mut times = [Duration::MAX; 3];
    for _ in 0..200 {
        times[0] = time_of_calls(|| raw.add()).min(times[0]);
        times[1] = time_of_calls(|| ours.add()).min(times[1]);
        times[2] = time_of_calls(|| ours.add_by_name()).min(times[2]);
    }
    let [wasmtime, typed, by_name] = times.map(|time| time.as_secs_f64());
    println!("typed / wasmtime    {:.3}  (at most 1.15)", typed / wasmtime);
    println!("by name / wasmtime  {:.3}  (at most 3)", by_name / wasmtime);
}

fn bench_instances(criterion: &mut Criterion, language: &str, bytes: &[u8]) {
    let pooled = Engine::new(&EngineConfig::new().pooling_allocator(8)).unwrap();
    let engines = [
        ("on-demand allocator", Engine::new(&EngineConfig::new()).unwrap()),
        ("pooling allocator", pooled),
    ];
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

/// The counter on wasmtime alone.
struct Raw {
    store: Store<WasiP1Ctx>,
    add: TypedFunc<(i32, i32), i32>,
}

impl Raw {
    fn new(bytes: &[u8]) -> Self {
        let (mut store, instance) = initialised(bytes);
        let add = instance.get_typed_func(&mut store, "add").unwrap();
        Raw { store, add }
    }

    fn add(&mut self) -> i32 {
        self.add.call(&mut self.store, black_box((2, 3))).unwrap()
    }
}

/// An initialised instance on wasmtime alone, with the engine settings that this crate uses.
fn initialised(bytes: &[u8]) -> (Store<WasiP1Ctx>, wasmtime::Instance) {
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
    (store, instance)
}

/// The counter on this crate.
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

    fn add_by_name(&mut self) -> i32 {
        self.instance.call(black_box("add"), black_box((2, 3))).unwrap()
    }
}

/// The time that 10,000 calls take.
fn time_of_calls<T>(mut call: impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..10_000 {
        black_box(call());
    }
    start.elapsed()
}

fn guest(language: &str, name: &str) -> Option<Vec<u8>> {
    let guests = env::var_os("POLYREACTOR_GUESTS")?;
    fs::read(Path::new(&guests).join(language).join(format!("{name}.wasm"))).ok()
}
