//! What a stranger's file may hold: broken, lying and enormous modules in; answers out. No
//! panic leaves the library, nothing hangs, and memory is a small multiple of the input.
//!
//! `hostile/corpus/` holds what fuzzing found. Each file in it is replayed.

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

/// Asks everything of the library that can be asked of a file.
fn survive(bytes: &[u8]) {
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
                let again = patch(&patched, &PatchOptions::default()).expect("it is a reactor");
                assert!(matches!(again.bytes, Cow::Borrowed(_)), "a second run changes it");
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
fn a_module_that_ends_in_the_middle() {
    for name in ["constructors-and-destructors.wat", "stale-sections.wat", "imports.wat"] {
        let module = case(name);
        for length in 0..module.len() {
            survive(&module[..length]);
        }
    }
}

#[test]
fn a_module_with_one_bit_flipped() {
    let mut module = case("own-initialize-wrapped.wat");
    for bit in 0..module.len() * 8 {
        module[bit / 8] ^= 1 << (bit % 8);
        survive(&module);
        module[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn sections_twice_and_out_of_order() {
    let Raw(sections) = Raw::of(&case("own-initialize-wrapped.wat"));
    for from in 0..sections.len() {
        for to in 0..sections.len() {
            let mut repeated = sections.clone();
            repeated.insert(to, sections[from].clone());
            survive(&Raw(repeated).bytes());
            let mut swapped = sections.clone();
            swapped.swap(from, to);
            survive(&Raw(swapped).bytes());
        }
    }
}

#[test]
fn numbers_that_lie() {
    let module = case("own-initialize-wrapped.wat");
    let Raw(sections) = Raw::of(&module);
    for lie in [0, 127, 65_536, u32::MAX as usize] {
        for (number, (_, content)) in sections.iter().enumerate() {
            // The count of a section's items, which stands first.
            let mut lying = sections.clone();
            lying[number].1 = [leb(lie), content[1..].to_vec()].concat();
            let lying = Raw(lying).bytes();
            let (_, bytes) = peak_bytes(|| survive(&lying));
            assert!(bytes < 16 << 20, "{bytes} bytes for a section of {lie} items");
        }
        // A section's size; the first section stands behind the preamble.
        survive(&[&module[..9], &leb(lie), &module[10..]].concat());
    }
}

#[test]
fn names_that_no_one_would_give() {
    for name in ["", "\0", "\u{1b}[31m", "\u{202e}", "a\nb", "`", "\"", &"x".repeat(100_000)] {
        let export = [leb(1), string(name), vec![0, 0]].concat();
        let code = [leb(1), leb(2), vec![0, 0x0b]].concat();
        let module = Raw::default().with(1, vec![1, 0x60, 0, 0]).with(3, vec![1, 0]);
        survive(&module.with(7, export).with(CODE, code).bytes());
    }
    // Not UTF-8: in an export that is a fault, in the name section it is passed over.
    let mut module = case("own-initialize-wrapped.wat");
    let places: Vec<_> =
        (0..module.len() - 3).filter(|&at| &module[at..at + 3] == b"inc").collect();
    assert!(places.len() > 1);
    for at in places {
        module[at] = 0xff;
        survive(&module);
        module[at] = b'i';
    }
}

#[test]
fn a_name_section_that_speaks_of_functions_that_are_not_there() {
    for index in [5, 1_000_000, u32::MAX as usize] {
        for name in ["__wasm_call_ctors", "__wasm_call_dtors", "f.command_export"] {
            let naming = [leb(1), leb(index), string(name)].concat();
            let names = [vec![1], leb(naming.len()), naming].concat();
            survive(&functions(2, 0, &wrapper(&[])).custom("name", &names).bytes());
        }
    }
}

#[test]
fn fifty_thousand_exports_and_a_hundred_thousand_functions() {
    let plain = functions(100_000, 0, &[0, 0x0b]).bytes();
    for module in [wrapped(50_000), plain] {
        let (patched, bytes) = peak_bytes(|| patch(&module, &PatchOptions::default()).map(|_| ()));
        patched.expect("it can be mended");
        assert!(bytes < 40 * module.len(), "{bytes} bytes for {}", module.len());
        let (_, bytes) = peak_bytes(|| inspect(&module).map(|_| ()));
        assert!(bytes < 60 * module.len(), "{bytes} bytes for {}", module.len());
    }
}

/// Quadratic work would take sixteen times as long.
#[test]
fn work_is_linear_in_the_exports() {
    let took = |exports| {
        let module = wrapped(exports);
        let run = || {
            let start = Instant::now();
            patch(&module, &PatchOptions::default()).expect("it can be mended");
            start.elapsed()
        };
        (0..3).map(|_| run()).min().unwrap_or_default()
    };
    let (few, many) = (took(10_000), took(40_000));
    assert!(many < 9 * few, "10,000 exports: {few:?}, 40,000: {many:?}");
}

#[test]
fn blocks_in_blocks() {
    for depth in [20_000, 1_000_000] {
        survive(&functions(1, 0, &nested(depth)).bytes());
    }
}

#[test]
fn more_locals_than_memory() {
    survive(&functions(1, 0, &locals(u32::MAX as usize)).bytes());
    // A thousand times fifty thousand, in a few kilobytes.
    let of_parameters = functions(50_000, 1000, &[0, 0x0b]).without_exports();
    for module in [functions(1000, 0, &locals(50_000)), of_parameters] {
        let module = module.bytes();
        let (patched, bytes) = peak_bytes(|| patch(&module, &PatchOptions::default()).map(|_| ()));
        patched.expect("it can be mended");
        assert!(bytes < 100 * module.len(), "{bytes} bytes for {}", module.len());
    }
}

/// A call of two bytes may put a thousand values on the stack.
#[test]
fn more_values_than_memory() {
    let ty = [vec![0x60, 0], leb(1000), vec![0x7f; 1000]].concat();
    let body = [vec![0], [0x10, 0].repeat(100_000), vec![0x00, 0x0b]].concat();
    let module = Raw::default().list(TYPE, 1, ty).with(FUNCTION, vec![1, 0]);
    let module = module.list(CODE, 1, [leb(body.len()), body].concat()).bytes();
    let (refused, bytes) = peak_bytes(|| inspect(&module).map(|_| ()));
    assert!(matches!(refused, Err(Malformed::Unsupported { .. })), "{refused:?}");
    assert!(bytes < 32 << 20, "{bytes} bytes");
}

/// Nor may types be written out for each export: a byte stands for a thousand parameters.
#[test]
fn more_types_than_memory() {
    let module = functions(900, 1000, &[0, 0x0b]).bytes();
    let (inspected, bytes) = peak_bytes(|| inspect(&module).map(|_| ()));
    inspected.expect("it is valid");
    assert!(bytes < 100 * module.len(), "{bytes} bytes for {}", module.len());
}

#[test]
fn debug_information_that_is_none() {
    let wrapped = Raw::of(&wrapped(2));
    let mut random = fastrand::Rng::with_seed(4);
    for length in 0..200 {
        let mut garbage = || (0..length).map(|_| random.u8(..)).collect::<Vec<_>>();
        let module = wrapped.clone().custom(".debug_info", &garbage());
        survive(&module.custom(".debug_abbrev", &garbage()).bytes());
    }
}

/// What would read such entries by recursion would be the end of the process. Nobody reads them:
/// code stays where it is, and so they come out as they came in.
#[test]
fn debug_information_in_debug_information() {
    let [(abbrev, abbreviations), (info, entries)] = deep_dwarf(200_000);
    let module = Raw::of(&wrapped(2)).custom(abbrev, &abbreviations).custom(info, &entries).bytes();
    let patched = patch(&module, &PatchOptions::default()).expect("it can be mended").bytes;
    let is_there = |content: &[u8]| patched.windows(content.len()).any(|place| place == content);
    assert!(is_there(&abbreviations) && is_there(&entries));
}

#[test]
fn what_fuzzing_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/corpus");
    for entry in folder.read_dir().expect("the folder is there").flatten() {
        let file = entry.path();
        let bytes = match file.extension().and_then(|extension| extension.to_str()) {
            Some("wat") => wat::parse_file(&file).unwrap_or_else(|error| panic!("{error}")),
            _ => fs::read(&file).expect("it can be read"),
        };
        let start = Instant::now();
        survive(&bytes);
        assert!(start.elapsed() < Duration::from_secs(10), "{} takes too long", file.display());
    }
}
