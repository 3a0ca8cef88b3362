//! Hostile input: for broken, inconsistent and enormous modules, the library does not panic or
//! hang, and its peak memory is a small multiple of the input.
//!
//! `tests/hostile/corpus/` holds inputs that fuzzing found. A test replays each of them.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use polyreactor_convention::{
    Assume, CheckOptions, Malformed, PatchOptions, Patched, Strip, check, inspect, patch, strip,
};

mod memory;
mod modules;

use memory::peak_bytes;
use modules::{
    CODE, FUNCTION, Raw, TYPE, deep_dwarf, functions, leb, locals, nested, string, wrapped, wrapper,
};

/// Calls every function of the library that takes a module; fails if one panics, or if a patched
/// module is not stable under a second `patch`.
fn run_everything(bytes: &[u8]) {
    if let Ok(inspection) = inspect(bytes) {
        let found = check(&inspection, &CheckOptions::default());
        assert!(found.iter().all(|diagnostic| !diagnostic.to_string().is_empty()));
    }
    for options in [
        PatchOptions::default(),
        PatchOptions::default().assume(Assume::Wrapped),
        PatchOptions::default().assume(Assume::Clean),
    ] {
        match patch(bytes, &options) {
            Ok(Patched { bytes: Cow::Owned(patched), .. }) => {
                let again = patch(&patched, &PatchOptions::default());
                let again = again.expect("a patched module is a reactor");
                assert!(matches!(again.bytes, Cow::Borrowed(_)), "a second patch changes it");
            }
            Ok(_) => {}
            Err(refused) => assert!(!refused.to_string().is_empty()),
        }
    }
    if let Ok(stripped) = strip(bytes, Strip::Names) {
        assert!(stripped.len() <= bytes.len());
    }
}

fn case(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
    wat::parse_file(&file).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_truncated_module_causes_no_panic() {
    for name in ["constructors-and-destructors.wat", "stale-sections.wat", "imports.wat"] {
        let module = case(name);
        for length in 0..module.len() {
            run_everything(&module[..length]);
        }
    }
}

#[test]
fn a_flipped_bit_causes_no_panic() {
    let mut module = case("own-initialize-wrapped.wat");
    for bit in 0..module.len() * 8 {
        module[bit / 8] ^= 1 << (bit % 8);
        run_everything(&module);
        module[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn repeated_and_reordered_sections_cause_no_panic() {
    let Raw(sections) = Raw::of(&case("own-initialize-wrapped.wat"));
    for from in 0..sections.len() {
        for to in 0..sections.len() {
            let mut repeated = sections.clone();
            repeated.insert(to, sections[from].clone());
            run_everything(&Raw(repeated).bytes());
            let mut swapped = sections.clone();
            swapped.swap(from, to);
            run_everything(&Raw(swapped).bytes());
        }
    }
}

#[test]
fn wrong_counts_and_sizes_cause_no_panic() {
    let module = case("own-initialize-wrapped.wat");
    let Raw(sections) = Raw::of(&module);
    for wrong in [0, 127, 65_536, u32::MAX as usize] {
        for (number, (_, content)) in sections.iter().enumerate() {
            // The count of a section's items stands first in its contents.
            let mut changed = sections.clone();
            changed[number].1 = [leb(wrong), content[1..].to_vec()].concat();
            let changed = Raw(changed).bytes();
            let (_, bytes) = peak_bytes(|| run_everything(&changed));
            assert!(bytes < 16 << 20, "{bytes} bytes for a section of {wrong} items");
        }
        // The size of the first section stands at byte 9, after the preamble and the section id.
        run_everything(&[&module[..9], &leb(wrong), &module[10..]].concat());
    }
}

#[test]
fn unusual_names_cause_no_panic() {
    for name in ["", "\0", "\u{1b}[31m", "\u{202e}", "a\nb", "`", "\"", &"x".repeat(100_000)] {
        let export = [leb(1), string(name), vec![0, 0]].concat();
        let code = [leb(1), leb(2), vec![0, 0x0b]].concat();
        let module = Raw::default().with(1, vec![1, 0x60, 0, 0]).with(3, vec![1, 0]);
        run_everything(&module.with(7, export).with(CODE, code).bytes());
    }
    // Invalid UTF-8 is an error in the name of an export, and ignored in the name section.
    let mut module = case("own-initialize-wrapped.wat");
    let places: Vec<_> =
        (0..module.len() - 3).filter(|&at| &module[at..at + 3] == b"inc").collect();
    assert!(places.len() > 1);
    for at in places {
        module[at] = 0xff;
        run_everything(&module);
        module[at] = b'i';
    }
}

#[test]
fn names_of_missing_functions_cause_no_panic() {
    for index in [5, 1_000_000, u32::MAX as usize] {
        for name in ["__wasm_call_ctors", "__wasm_call_dtors", "f.command_export"] {
            let naming = [leb(1), leb(index), string(name)].concat();
            let names = [vec![1], leb(naming.len()), naming].concat();
            run_everything(&functions(2, 0, &wrapper(&[])).custom("name", &names).bytes());
        }
    }
}

#[test]
fn memory_is_linear_in_exports_and_functions() {
    let plain = functions(100_000, 0, &[0, 0x0b]).bytes();
    for module in [wrapped(50_000), plain] {
        let (patched, bytes) = peak_bytes(|| patch(&module, &PatchOptions::default()).map(|_| ()));
        patched.expect("the module can be patched");
        assert!(bytes < 40 * module.len(), "{bytes} bytes for {}", module.len());
        let (_, bytes) = peak_bytes(|| inspect(&module).map(|_| ()));
        assert!(bytes < 60 * module.len(), "{bytes} bytes for {}", module.len());
    }
}

/// With four times the exports, quadratic work would take sixteen times as long.
#[test]
fn time_is_linear_in_the_exports() {
    let took = |exports| {
        let module = wrapped(exports);
        let run = || {
            let start = Instant::now();
            patch(&module, &PatchOptions::default()).expect("the module can be patched");
            start.elapsed()
        };
        (0..3).map(|_| run()).min().unwrap_or_default()
    };
    let (few, many) = (took(10_000), took(40_000));
    assert!(many < 9 * few, "10,000 exports: {few:?}, 40,000: {many:?}");
}

#[test]
fn deeply_nested_blocks_cause_no_panic() {
    for depth in [20_000, 1_000_000] {
        run_everything(&functions(1, 0, &nested(depth)).bytes());
    }
}

#[test]
fn locals_take_no_memory_of_their_own() {
    run_everything(&functions(1, 0, &locals(u32::MAX as usize)).bytes());
    // 1000 functions with 50,000 locals each, or 50,000 functions with 1000 parameters each: fifty
    // million locals in a small module.
    let of_parameters = functions(50_000, 1000, &[0, 0x0b]).without_exports();
    for module in [functions(1000, 0, &locals(50_000)), of_parameters] {
        let module = module.bytes();
        let (patched, bytes) = peak_bytes(|| patch(&module, &PatchOptions::default()).map(|_| ()));
        patched.expect("the module can be patched");
        assert!(bytes < 100 * module.len(), "{bytes} bytes for {}", module.len());
    }
}

/// A call of two bytes can push a thousand values onto the operand stack.
#[test]
fn more_than_a_million_operands_are_refused() {
    let ty = [vec![0x60, 0], leb(1000), vec![0x7f; 1000]].concat();
    let body = [vec![0], [0x10, 0].repeat(100_000), vec![0x00, 0x0b]].concat();
    let module = Raw::default().list(TYPE, 1, ty).with(FUNCTION, vec![1, 0]);
    let module = module.list(CODE, 1, [leb(body.len()), body].concat()).bytes();
    let (refused, bytes) = peak_bytes(|| inspect(&module).map(|_| ()));
    assert!(matches!(refused, Err(Malformed::Unsupported { .. })), "{refused:?}");
    assert!(bytes < 32 << 20, "{bytes} bytes");
}

/// Types are not copied for each export: one byte, a type index, stands for a thousand parameters.
#[test]
fn exports_share_the_memory_of_their_type() {
    let module = functions(900, 1000, &[0, 0x0b]).bytes();
    let (inspected, bytes) = peak_bytes(|| inspect(&module).map(|_| ()));
    inspected.expect("the module is valid");
    assert!(bytes < 100 * module.len(), "{bytes} bytes for {}", module.len());
}

#[test]
fn random_debug_information_causes_no_panic() {
    let wrapped = Raw::of(&wrapped(2));
    let mut random = fastrand::Rng::with_seed(4);
    for length in 0..200 {
        let mut garbage = || (0..length).map(|_| random.u8(..)).collect::<Vec<_>>();
        let module = wrapped.clone().custom(".debug_info", &garbage());
        run_everything(&module.custom(".debug_abbrev", &garbage()).bytes());
    }
}

/// Parsing such entries by recursion would overflow the stack and abort the process. `patch` does
/// not parse them: code keeps its offsets, so the sections are copied unchanged.
#[test]
fn deeply_nested_debug_information_is_copied() {
    let [(abbrev, abbreviations), (info, entries)] = deep_dwarf(200_000);
    let module = Raw::of(&wrapped(2)).custom(abbrev, &abbreviations).custom(info, &entries).bytes();
    let patched =
        patch(&module, &PatchOptions::default()).expect("the module can be patched").bytes;
    let contains = |content: &[u8]| patched.windows(content.len()).any(|bytes| bytes == content);
    assert!(contains(&abbreviations) && contains(&entries));
}

#[test]
fn the_fuzzing_corpus_causes_no_panic_and_no_hang() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/corpus");
    for entry in folder.read_dir().expect("the folder is there").flatten() {
        let file = entry.path();
        let bytes = match file.extension().and_then(|extension| extension.to_str()) {
            Some("wat") => wat::parse_file(&file).unwrap_or_else(|error| panic!("{error}")),
            _ => fs::read(&file).expect("the file can be read"),
        };
        let start = Instant::now();
        run_everything(&bytes);
        assert!(start.elapsed() < Duration::from_secs(10), "{} takes too long", file.display());
    }
}
