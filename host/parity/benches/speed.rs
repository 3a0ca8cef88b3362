//! Benchmark of comparing (`cargo xtask bench`): plain calls of the counter example, generated, made
//! on the implementations in Rust and Zig, and compared.
//!
//! Target: a million calls compared a second and core. The rate is printed, not enforced. A call on
//! two implementations counts as one.

use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use polyreactor_parity::report::Report;
use polyreactor_parity::{Artifact, Parity};

fn main() {
    let artifacts = ["rust", "zig"].map(artifact);
    let [Some(rust), Some(zig)] = artifacts else {
        eprintln!("the guests in Rust and Zig are missing: `cargo xtask build-guests` builds them");
        return;
    };
    let parity = || Parity::new("counter", vec![rust.clone(), zig.clone()]);
    let sequences = rate(parity().options(|options| options.sequences = Some(20_000)));
    println!("calls compared a second, sequences of up to 50 calls: {sequences:.0}  (a million)");
    let replay = Some("inc(1) * 1000000; add(1, 2) * 1000000".to_owned());
    let plain = rate(parity().options(|options| options.replay = replay));
    println!("calls compared a second, one long sequence:           {plain:.0}  (a million)");
}

/// The calls of a run, by its time in seconds, compiling included.
fn rate(parity: Parity) -> f64 {
    let begin = Instant::now();
    let report = parity.run().expect("the run succeeds");
    assert!(report.is_equal());
    calls(&report) as f64 / begin.elapsed().as_secs_f64()
}

fn calls(report: &Report) -> u64 {
    report.cases.iter().map(|case| case.calls).sum()
}

fn artifact(language: &str) -> Option<Artifact> {
    let guests = env::var_os("POLYREACTOR_GUESTS")?;
    let file = Path::new(&guests).join(language).join("counter.wasm");
    Some(Artifact::new(language, fs::read(&file).ok()?, file.to_string_lossy()))
}
