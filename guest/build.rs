//! Build script: generates a static library that exports `polyreactor_alloc` and
//! `polyreactor_free`.
//!
//! Rust would export a `no_mangle` function from every plugin that depends on this crate. The
//! linker takes an object out of a static library only if something refers to one of its symbols:
//! here, the shims of functions with strings, lists or pointers. So these two exports are a static
//! library with one object file, whose bytes are what a C compiler would generate for
//!
//! ```c
//! struct { int (*alloc)(int, int); void (*free)(int, int, int); } hooks;
//! int polyreactor_alloc(int size, int align) { return hooks.alloc(size, align); }
//! void polyreactor_free(int at, int size, int align) { hooks.free(at, size, align); }
//! ```
//!
//! Format of the object file:
//! <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(constructors_run_in_initialize)");
    if links_crt1_reactor() {
        println!("cargo::rustc-cfg=constructors_run_in_initialize");
    }
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let library = folder.join(format!("lib{HOOKS}.a"));
    if let Err(error) = fs::write(&library, archive("hooks.o", &object())) {
        println!("cargo::error={}: {error}", library.display());
    }
    println!("cargo::rustc-link-search=native={}", folder.display());
    println!("cargo::rustc-link-lib=static={HOOKS}");
}

/// Whether rustc links `crt1-reactor.o`, whose `_initialize` runs the constructors: from 1.100 on.
/// Some nightlies of 1.100 link it too, but count as not linking it: with `generate!`'s bindings
/// for older compilers a plugin works either way, once it is patched.
fn links_crt1_reactor() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let Ok(output) = Command::new(rustc).arg("--version").output() else { return false };
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let minor = version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
    minor.is_some_and(|minor| minor > 100 || (minor == 100 && !version.contains("nightly")))
}

const HOOKS: &str = "polyreactor_guest_hooks";

const I32: u8 = 0x7f;
/// Indexes into the symbol table that [`symbols`] writes.
const HOOKS_SYMBOL: usize = 2;
const TABLE_SYMBOL: usize = 3;

fn object() -> Vec<u8> {
    let types = [vec![2, 0x60, 2, I32, I32, 1, I32], vec![0x60, 3, I32, I32, I32, 0]].concat();
    let imports = [
        vec![2],
        [name("env"), name("__linear_memory"), vec![2, 0, 0]].concat(),
        [name("env"), name("__indirect_function_table"), vec![1, 0x70, 0, 0]].concat(),
    ];
    let (code, relocations) = code();
    let zeros = [1, 0, 0x41, 0, 0x0b, 8, 0, 0, 0, 0, 0, 0, 0, 0];
    let linking = [
        vec![2],
        section(5, &[vec![1], name(&format!(".bss.{HOOKS}")), vec![2, 0]].concat()),
        section(8, &symbols()),
    ];
    [
        b"\0asm\x01\0\0\0".to_vec(),
        section(1, &types),
        section(2, &imports.concat()),
        section(3, &[2, 0, 1]),
        section(12, &[1]),
        section(10, &code),
        section(11, &zeros),
        section(0, &[name("linking"), linking.concat()].concat()),
        section(0, &[name("reloc.CODE"), relocations].concat()),
    ]
    .concat()
}

fn symbols() -> Vec<u8> {
    const EXPORTED: u8 = 0x20;
    const HIDDEN: u8 = 0x04;
    const UNDEFINED: u8 = 0x10;
    [
        vec![4],
        [vec![0, EXPORTED, 0], name("polyreactor_alloc")].concat(),
        [vec![0, EXPORTED, 1], name("polyreactor_free")].concat(),
        [vec![1, HIDDEN], name(HOOKS), vec![0, 0, 8]].concat(),
        vec![5, UNDEFINED, 0],
    ]
    .concat()
}

/// The bodies of both functions, and their relocations. Each forwards its parameters to its hook:
/// `(call_indirect (local.get …) (i32.load hook))`.
fn code() -> (Vec<u8>, Vec<u8>) {
    const MEMORY_ADDR_LEB: u8 = 3;
    const TYPE_INDEX_LEB: u8 = 6;
    const TABLE_NUMBER_LEB: u8 = 20;
    let mut code = vec![2];
    let mut relocations = vec![4, 6];
    for (parameters, of_type, hook) in [(2, 0, 0), (3, 1, 4)] {
        let mut body = vec![0];
        (0..parameters).for_each(|parameter| body.extend([0x20, parameter]));
        // The body follows its size, which takes one byte.
        let start = code.len() + 1;
        let mut relocate = |body: &mut Vec<u8>, kind: u8, symbol: usize, addend: &[u8]| {
            relocations.push(kind);
            relocations.extend(leb(start + body.len()));
            relocations.extend(leb(symbol));
            relocations.extend(addend);
            body.extend([0x80, 0x80, 0x80, 0x80, 0]);
        };
        body.extend([0x41, 0, 0x28, 2]);
        relocate(&mut body, MEMORY_ADDR_LEB, HOOKS_SYMBOL, &[hook]);
        body.push(0x11);
        relocate(&mut body, TYPE_INDEX_LEB, of_type, &[]);
        relocate(&mut body, TABLE_NUMBER_LEB, TABLE_SYMBOL, &[]);
        body.push(0x0b);
        code.extend(leb(body.len()));
        code.extend(body);
    }
    (code, relocations)
}

/// A static library in the format of `ar`, with one member.
fn archive(member: &str, contents: &[u8]) -> Vec<u8> {
    let name = format!("{member}/");
    let header = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 644, contents.len());
    let padding: &[u8] = if contents.len().is_multiple_of(2) { b"" } else { b"\n" };
    [b"!<arch>\n", header.as_bytes(), contents, padding].concat()
}

fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    [vec![id], leb(contents.len()), contents.to_vec()].concat()
}

fn name(text: &str) -> Vec<u8> {
    [leb(text.len()), text.as_bytes().to_vec()].concat()
}

fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}
