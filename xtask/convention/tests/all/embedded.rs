//! An application that patches modules by the library: what it and its other threads see of it.

use std::env::{current_exe, var_os};
use std::panic::{set_hook, take_hook};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use polyreactor_convention::{Assume, PatchOptions, Strip, inspect, patch, strip};

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// The hook of the application is its own affair: broken debug information, and whatever else a
/// stranger's file holds, does not set it off, and the hook that it has set is the one that is
/// called ever after. In a process by itself, as the hook is the process's.
#[test]
fn the_applications_panic_hook_is_left_alone() {
    const ALONE: &str = "POLYREACTOR_ALONE";
    if var_os(ALONE).is_some() {
        return in_a_process_by_itself();
    }
    let (_, module) = module_path!().split_once("::").expect("a module has a path");
    let test = format!("{module}::the_applications_panic_hook_is_left_alone");
    let program = current_exe().expect("a test is a program");
    let output = Command::new(program).args(["--exact", &test]).env(ALONE, "1").output();
    let output = output.expect("it can be run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

fn in_a_process_by_itself() {
    let usual = take_hook();
    set_hook(Box::new(|_| {
        PANICS.fetch_add(1, Ordering::SeqCst);
    }));
    let mut random = fastrand::Rng::with_seed(7);
    for length in 0..300 {
        let noise: String = (0..length).map(|_| format!("\\{:02x}", random.u8(..))).collect();
        let text = format!(
            "(module (memory (export \"memory\") 1) (func $f) (func $__wasm_call_ctors call $f)
               (func $g.command_export (export \"g\") call $__wasm_call_ctors call $f)
               (@custom \".debug_abbrev\" \"{noise}\") (@custom \".debug_info\" \"{noise}\"))"
        );
        let bytes = wat::parse_str(text).expect("it is written right");
        let patched = patch(&bytes, &PatchOptions::default()).expect("it can be mended");
        assert!(patched.changes.len() > 1, "{:?}", patched.changes);
        let mut broken = bytes.clone();
        broken[random.usize(8..bytes.len())] ^= 1 << random.u8(..8);
        let _ = inspect(&broken);
        let _ = patch(&broken, &PatchOptions::default().assume(Assume::Wrapped));
        let _ = strip(&broken, Strip::Names);
    }
    let before = PANICS.load(Ordering::SeqCst);
    let _ = thread::spawn(|| panic!("of the application's own")).join();
    let after = PANICS.load(Ordering::SeqCst);
    set_hook(usual);
    assert_eq!((before, after), (0, 1));
}
