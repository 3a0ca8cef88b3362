//! How long checking and patching take, beside what walrus takes by itself: a Go plugin in,
//! times and their ratios out. `cargo xtask bench`
//!
//! The targets: checking within a tenth of patching; patching within 1.5 times walrus reading
//! and writing the same module; 50,000 exports linear in their number.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use criterion::{BenchmarkId, Criterion, Throughput};
use polyreactor_convention::{CheckOptions, PatchOptions, check, inspect, patch};
use walrus::{FunctionBuilder, FunctionId, Module};

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    match go() {
        Some(reactor) => of_go(&mut criterion, &reactor),
        None => eprintln!("no Go plugin in target/guests: `cargo xtask build-guests` makes it"),
    }
    of_exports(&mut criterion);
    criterion.final_summary();
}

fn of_go(criterion: &mut Criterion, reactor: &[u8]) {
    let wrapped = wrapped(Module::from_buffer(reactor).expect("it is a module"));
    let mut group = criterion.benchmark_group("go");
    group.throughput(Throughput::Bytes(reactor.len() as u64));
    group.bench_function("check", |bencher| bencher.iter(|| checked(reactor)));
    group.bench_function("patch", |bencher| bencher.iter(|| patched(&wrapped)));
    group.bench_function("walrus", |bencher| bencher.iter(|| through_walrus(&wrapped)));
    group.finish();

    // Taken in turns, so that what else the machine does falls on all of them.
    let mut times = [Duration::MAX; 3];
    for _ in 0..7 {
        let runs: [&dyn Fn(); 3] =
            [&|| checked(reactor), &|| patched(&wrapped), &|| through_walrus(&wrapped)];
        for (time, run) in times.iter_mut().zip(runs) {
            *time = took(run).min(*time);
        }
    }
    let [check, patch, walrus] = times;
    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    println!("check / patch   {:.3}  (at most 0.1)", ratio(check, patch));
    println!("patch / walrus  {:.3}  (at most 1.5)", ratio(patch, walrus));
}

fn of_exports(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exports");
    let mut times = Vec::new();
    for count in [12_500, 25_000, 50_000] {
        let module = wrapped(exporting(count));
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::new("patch", count), &module, |bencher, module| {
            bencher.iter(|| patched(module));
        });
        let best = (0..3).map(|_| took(&|| patched(&module))).min().unwrap_or_default();
        times.push(best.as_secs_f64() * 1e6 / count as f64);
    }
    group.finish();
    println!("an export of 12,500, 25,000 and 50,000 takes {times:.2?} µs");
}

fn checked(bytes: &[u8]) {
    let inspection = inspect(bytes).expect("it is a module");
    black_box(check(&inspection, &CheckOptions::default()));
}

fn patched(bytes: &[u8]) {
    let patched = patch(bytes, &PatchOptions::default()).expect("it can be mended");
    assert!(!patched.changes.is_empty());
    black_box(patched);
}

fn through_walrus(bytes: &[u8]) {
    black_box(Module::from_buffer(bytes).expect("it is a module").emit_wasm());
}

fn took(run: &dyn Fn()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// The Go implementation of the counter, as `build-guests` leaves it.
fn go() -> Option<Vec<u8>> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guests = env::var_os("POLYREACTOR_GUESTS");
    let guests = guests.map_or_else(|| repository.join("target/guests"), Into::into);
    fs::read(guests.join("go/counter.wasm")).ok()
}

/// A module of that many functions, each of them exported.
fn exporting(count: usize) -> Module {
    let mut module = Module::default();
    let memory = module.memories.add_local(false, false, 1, None, None);
    module.exports.add("memory", memory);
    for number in 0..count {
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[walrus::ValType::I32]);
        builder.name(format!("f{number}")).func_body().i32_const(number as i32);
        let function = builder.finish(Vec::new(), &mut module.funcs);
        module.exports.add(&format!("f{number}"), function);
    }
    module
}

/// The module as the linker would have wrapped it.
fn wrapped(mut module: Module) -> Vec<u8> {
    let plain = |module: &mut Module, name: &str, calls: &[FunctionId]| {
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        builder.name(name.to_owned());
        for &function in calls {
            builder.func_body().call(function);
        }
        builder.finish(Vec::new(), &mut module.funcs)
    };
    let construct = plain(&mut module, "construct", &[]);
    let constructors = plain(&mut module, "__wasm_call_ctors", &[construct]);
    let exports: Vec<_> = module.exports.iter().map(|export| (export.id(), export.item)).collect();
    for (export, item) in exports {
        let walrus::ExportItem::Function(target) = item else { continue };
        let ty = module.types.get(module.funcs.get(target).ty());
        let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
        let name = module.funcs.get(target).name.clone().unwrap_or_default();
        let arguments: Vec<_> = params.iter().map(|ty| module.locals.add(*ty)).collect();
        let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
        let mut body = builder.name(format!("{name}.command_export")).func_body();
        body.call(constructors);
        for &argument in &arguments {
            body.local_get(argument);
        }
        body.call(target);
        let wrapper = builder.finish(arguments, &mut module.funcs);
        module.exports.get_mut(export).item = wrapper.into();
    }
    module.emit_wasm()
}
