//! Benchmarks of `check` and `patch` on a Go plugin and on modules with many exports. Run by
//! `cargo xtask bench`.
//!
//! Targets: `patch` takes at most three times as long as `check`, which it runs twice itself, and
//! less time than walrus takes to parse and emit the same module; the time of `patch` is linear in
//! the number of exports, up to 50,000.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use criterion::{BenchmarkId, Criterion, Throughput};
use polyreactor_convention::{CheckOptions, PatchOptions, check, inspect, patch};

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    match go_counter() {
        Some(reactor) => bench_go(&mut criterion, &reactor),
        None => eprintln!("no Go plugin in target/guests: `cargo xtask build-guests` builds it"),
    }
    bench_exports(&mut criterion);
    criterion.final_summary();
}

fn bench_go(criterion: &mut Criterion, reactor: &[u8]) {
    let lacking = without_initialize(reactor);
    let mut group = criterion.benchmark_group("go");
    group.throughput(Throughput::Bytes(reactor.len() as u64));
    group.bench_function("check", |bencher| bencher.iter(|| checked(reactor)));
    group.bench_function("patch", |bencher| bencher.iter(|| patched(&lacking)));
    group.bench_function("walrus", |bencher| bencher.iter(|| through_walrus(&lacking)));
    group.finish();

    // Measured in turns, so that other load on the machine affects all three alike.
    let mut times = [Duration::MAX; 3];
    for _ in 0..7 {
        let runs: [&dyn Fn(); 3] =
            [&|| checked(reactor), &|| patched(&lacking), &|| through_walrus(&lacking)];
        for (time, run) in times.iter_mut().zip(runs) {
            *time = took(run).min(*time);
        }
    }
    let [check, patch, walrus] = times;
    let ratio = |of: Duration| patch.as_secs_f64() / of.as_secs_f64();
    println!("patch / check               {:.3}  (at most 3)", ratio(check));
    println!("patch / walrus parse, emit  {:.3}  (at most 1)", ratio(walrus));
}

fn bench_exports(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exports");
    let mut times = Vec::new();
    for count in [12_500, 25_000, 50_000] {
        let module = exporting(count);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::new("patch", count), &module, |bencher, module| {
            bencher.iter(|| patched(module));
        });
        let best = (0..3).map(|_| took(&|| patched(&module))).min().unwrap_or_default();
        times.push(best.as_secs_f64() * 1e6 / count as f64);
    }
    group.finish();
    println!("patch, per export, with 12,500, 25,000 and 50,000 exports: {times:.2?} µs");
}

fn checked(bytes: &[u8]) {
    let inspection = inspect(bytes).expect("the module is valid");
    black_box(check(&inspection, &CheckOptions::default()));
}

fn patched(bytes: &[u8]) {
    let patched = patch(bytes, &PatchOptions::default()).expect("the module can be patched");
    assert!(!patched.changes.is_empty());
    black_box(patched);
}

/// The least work of a patcher that parses and emits whole modules.
fn through_walrus(bytes: &[u8]) {
    let mut module = walrus::Module::from_buffer(bytes).expect("walrus parses the module");
    black_box(module.emit_wasm());
}

/// The same module with `_initialize` exported under another name, so that `patch` has to rewrite
/// it.
fn without_initialize(reactor: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"\x0b_initialize";
    let mut bytes = reactor.to_vec();
    let place = bytes.windows(NAME.len()).position(|place| place == NAME);
    bytes[place.expect("`_initialize` is exported") + NAME.len() - 1] = b'd';
    bytes
}

fn took(run: &dyn Fn()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// The counter in Go that `build-guests` built; `None` if there is none. The variable
/// `POLYREACTOR_GUESTS` names its folder (default `target/guests`).
fn go_counter() -> Option<Vec<u8>> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guests = env::var_os("POLYREACTOR_GUESTS");
    let guests = guests.map_or_else(|| repository.join("target/guests"), Into::into);
    fs::read(guests.join("go/counter.wasm")).ok()
}

/// A module with `count` exported functions, wrapped as by the linker.
fn exporting(count: usize) -> Vec<u8> {
    let mut text = String::from("(module (memory (export \"memory\") 1) (func $construct)");
    text.push_str("(func $__wasm_call_ctors call $construct)");
    for number in 0..count {
        let _ = write!(text, "(func $f{number} (result i32) i32.const {number})");
    }
    for number in 0..count {
        let _ = write!(
            text,
            "(func $f{number}.command_export (export \"f{number}\") (result i32) \
             call $__wasm_call_ctors call $f{number})"
        );
    }
    text.push(')');
    wat::parse_str(text).expect("the text is valid")
}
