//! Calls with a string and a record, through this crate and by hand on wasmtime: the guest's
//! allocator called, memory written and read, both blocks freed.

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use polyreactor_host::{
    Engine, EngineConfig, Func, HostLayout, Instance, InstanceConfig, Reactor, Val,
};
use wasmtime::{Memory, Store, TypedFunc};
use wasmtime_wasi::p1::WasiP1Ctx;

use crate::{initialised, time_of_calls};

const TEXT: &str = "the quick brown fox jumps over the lazy dog";

/// The record of examples/wordcount.
#[derive(HostLayout, Clone, Copy, Default)]
#[repr(C)]
struct Counts {
    words: u32,
    lines: u32,
    longest: u32,
    total: u64,
}

pub(crate) fn bench_calls(criterion: &mut Criterion, language: &str, bytes: &[u8]) {
    let (mut raw, mut ours) = (Raw::new(bytes), Ours::new(bytes));
    assert_eq!(
        (raw.count(), ours.count(), ours.count_by_name(), ours.count_dynamic()),
        (9, 9, 9, 9)
    );
    let mut group = criterion.benchmark_group(format!("count in {language}"));
    group.bench_function("wasmtime", |bencher| bencher.iter(|| raw.count()));
    group.bench_function("typed", |bencher| bencher.iter(|| ours.count()));
    group.bench_function("by name", |bencher| bencher.iter(|| ours.count_by_name()));
    group.bench_function("dynamic", |bencher| bencher.iter(|| ours.count_dynamic()));
    group.finish();

    let mut times = [Duration::MAX; 4];
    for _ in 0..20 {
        times[0] = time_of_calls(|| raw.count()).min(times[0]);
        times[1] = time_of_calls(|| ours.count()).min(times[1]);
        times[2] = time_of_calls(|| ours.count_by_name()).min(times[2]);
        times[3] = time_of_calls(|| ours.count_dynamic()).min(times[3]);
    }
    let [wasmtime, typed, by_name, dynamic] = times.map(|time| time.as_secs_f64());
    println!("string and record, typed / by hand    {:.3}", typed / wasmtime);
    println!("string and record, by name / by hand  {:.3}", by_name / wasmtime);
    println!("string and record, dynamic / by hand  {:.3}", dynamic / wasmtime);
}

/// The plugin on wasmtime alone.
struct Raw {
    store: Store<WasiP1Ctx>,
    memory: Memory,
    alloc: TypedFunc<(u32, u32), u32>,
    free: TypedFunc<(u32, u32, u32), ()>,
    count: TypedFunc<(u32, u32, u32), ()>,
}

impl Raw {
    fn new(bytes: &[u8]) -> Self {
        let (mut store, instance) = initialised(bytes);
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        let alloc = instance.get_typed_func(&mut store, "polyreactor_alloc").unwrap();
        let free = instance.get_typed_func(&mut store, "polyreactor_free").unwrap();
        let count = instance.get_typed_func(&mut store, "count").unwrap();
        Raw { store, memory, alloc, free, count }
    }

    /// Returns the number of words.
    fn count(&mut self) -> u32 {
        let text = black_box(TEXT);
        let size = size_of::<Counts>() as u32;
        let align = align_of::<Counts>() as u32;
        let at = self.alloc.call(&mut self.store, (text.len() as u32, 1)).unwrap();
        self.memory.write(&mut self.store, at as usize, text.as_bytes()).unwrap();
        let result = self.alloc.call(&mut self.store, (size, align)).unwrap();
        let mut bytes = [0; size_of::<Counts>()];
        self.memory.write(&mut self.store, result as usize, &bytes).unwrap();
        self.count.call(&mut self.store, (at, text.len() as u32, result)).unwrap();
        self.memory.read(&self.store, result as usize, &mut bytes).unwrap();
        self.free.call(&mut self.store, (result, size, align)).unwrap();
        self.free.call(&mut self.store, (at, text.len() as u32, 1)).unwrap();
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }
}

/// The plugin on this crate.
struct Ours {
    instance: Instance,
    count: Func<(&'static str, &'static mut Counts), ()>,
}

impl Ours {
    fn new(bytes: &[u8]) -> Self {
        let reactor =
            Reactor::from_bytes(&Engine::new(&EngineConfig::new()).unwrap(), bytes).unwrap();
        let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
        let count = instance.func("count").unwrap();
        Ours { instance, count }
    }

    fn count(&mut self) -> u32 {
        let mut counts = Counts::default();
        self.count.call(&mut self.instance, (black_box(TEXT), &mut counts)).unwrap();
        counts.words
    }

    fn count_by_name(&mut self) -> u32 {
        let mut counts = Counts::default();
        self.instance.call::<()>(black_box("count"), (black_box(TEXT), &mut counts)).unwrap();
        counts.words
    }

    fn count_dynamic(&mut self) -> u32 {
        let zero = ["words", "lines", "longest"].map(|name| (name.to_owned(), Val::U32(0)));
        let counts = zero.into_iter().chain([("total".to_owned(), Val::U64(0))]).collect();
        let values = [Val::from(black_box(TEXT)), Val::Record(counts)];
        let outcome = self.instance.call_dynamic("count", &values).unwrap();
        let Some((_, Val::Record(fields))) = outcome.changed.first() else { return 0 };
        match fields.first() {
            Some((_, Val::U32(words))) => *words,
            _ => 0,
        }
    }
}
