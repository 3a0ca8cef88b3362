//! Random modules and random mutations: the library does not panic, and each patched module is a
//! reactor. The seeds are fixed, so failures are reproducible.

use std::borrow::Cow;
use std::path::Path;

use polyreactor_convention::{
    Assume, CheckOptions, PatchOptions, Patched, Severity, check, inspect, patch,
};
use wasm_mutate::WasmMutate;
use wasm_smith::{Config, Module};

/// The number of seeds per test.
const COUNT: u64 = 300;

#[test]
fn random_modules_become_reactors_or_are_refused() {
    let exports = wat::parse_str(
        r#"(module
             (memory (export "memory") 1)
             (func (export "f") (param i32 f64) (result i32) i32.const 0)
             (func (export "g")))"#,
    );
    let exports = exports.expect("the text is valid");
    let mut patched = 0;
    for seed in 0..COUNT {
        let mut random = fastrand::Rng::with_seed(seed);
        let noise: Vec<u8> = (0..random.usize(..4096)).map(|_| random.u8(..)).collect();
        let config = Config {
            exports: Some(exports.clone()),
            max_imports: if random.bool() { 0 } else { 10 },
            ..Config::default()
        };
        let mut noise = arbitrary::Unstructured::new(&noise);
        if let Ok(module) = Module::new(config, &mut noise) {
            patched += usize::from(test_patching(seed, &module.to_bytes()));
        }
    }
    assert!(patched > COUNT as usize / 10, "only {patched} could be patched");
}

#[test]
fn mutated_modules_become_reactors_or_are_refused() {
    let mut patched = 0;
    let cases = ["own-initialize-wrapped.wat", "optimised-one-target-inlined.wat"];
    for seed in 0..COUNT {
        let name = cases[seed as usize % cases.len()];
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
        let mut module = wat::parse_file(&file).unwrap_or_else(|error| panic!("{error}"));
        let mut random = fastrand::Rng::with_seed(seed);
        for _ in 0..random.usize(1..8) {
            let mut mutate = WasmMutate::default();
            mutate.seed(random.u64(..)).fuel(100);
            let next = mutate.run(&module).ok().and_then(|mut all| all.next()?.ok());
            let Some(next) = next else { continue };
            module = next;
            patched += usize::from(test_patching(seed, &module));
        }
    }
    assert!(patched > 0, "no mutated module could be patched");
}

/// Patches a module, and tests that the result has no errors and is stable under a second `patch`.
/// Returns whether patching changed the module.
fn test_patching(seed: u64, bytes: &[u8]) -> bool {
    let mut was_patched = false;
    for options in [
        PatchOptions::default(),
        PatchOptions::default().assume(Assume::Wrapped),
        PatchOptions::default().assume(Assume::Clean),
    ] {
        let Ok(Patched { bytes: Cow::Owned(patched), .. }) = patch(bytes, &options) else {
            continue;
        };
        was_patched = true;
        let inspection = inspect(&patched).unwrap_or_else(|error| panic!("{seed}: {error}"));
        let found = check(&inspection, &CheckOptions::default());
        let errors = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{seed}: {found:?}");
        let again = patch(&patched, &PatchOptions::default());
        let again = again.expect("a patched module is a reactor");
        assert!(matches!(again.bytes, Cow::Borrowed(_)), "{seed}: a second patch changes it");
    }
    was_patched
}
