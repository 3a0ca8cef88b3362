//! An application that embeds the library: `patch` has no effect on its other threads.

use std::env::{current_exe, var_os};
use std::panic::{set_hook, take_hook};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use polyreactor_convention::{Assume, PatchOptions, Strip, inspect, patch, strip};

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// The library neither panics on broken debug information or other invalid input, which would call
/// the application's panic hook, nor replaces that hook. Runs in a process of its own, because the
/// hook is global to the process.
#[test]
fn the_applications_panic_hook_is_left_alone() {
    const ALONE: &str = "POLYREACTOR_ALONE";
    if var_os(ALONE).is_some() {
        return in_a_process_of_its_own();
    }
    let (_, module) = module_path!().split_once("::").expect("a module has a path");
    let test = format!("{module}::the_applications_panic_hook_is_left_alone");
    let program = current_exe().expect("a test is a program");
    let output = Command::new(program).args(["--exact", &test]).env(ALONE, "1").output();
    let output = output.expect("the test program can be run");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && stdout.contains("1 passed"), "{stdout}");
}

fn in_a_process_of_its_own() {
    let default_hook = take_hook();
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
        let bytes = wat::parse_str(text).expect("the text is valid");
        let patched = patch(&bytes, &PatchOptions::default()).expect("the module can be patched");
        assert!(patched.changes.len() > 1, "{:?}", patched.changes);
        let mut broken = bytes.clone();
        broken[random.usize(8..bytes.len())] ^= 1 << random.u8(..8);
        let _ = inspect(&broken);
        let _ = patch(&broken, &PatchOptions::default().assume(Assume::Wrapped));
        let _ = strip(&broken, Strip::Names);
    }
    let before = PANICS.load(Ordering::SeqCst);
    let _ = thread::spawn(|| panic!("a panic of the application")).join();
    let after = PANICS.load(Ordering::SeqCst);
    set_hook(default_hook);
    assert_eq!((before, after), (0, 1));
}
