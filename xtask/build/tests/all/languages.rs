//! A contract with every type, and the same functions in Rust, Go and Zig: checks that the modules
//! of all three compilers have the core types and the record layouts of the contract. Also checks
//! what `build-guests` reports about mistakes in one language.
//!
//! The sources use the languages' own means (`extern "C"`, `go:wasmexport`, `export fn`) without
//! the guest packages, to test the languages themselves. The pipeline compares each module with the
//! contract.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use polyreactor_build::{BuildOutcome, Options, Selection, build_guests, find};
use polyreactor_contract::FuncType;
use polyreactor_convention::{ExternType, inspect};
use tempfile::TempDir;

mod sources;

use sources::{BUILD_ZIG, CARGO_TOML, GO_MOD, go, line, rust, zig};

/// A type of the contract, and its name in Rust, Go and Zig as a parameter and as a result. A
/// string result is an i64 of address and length.
pub(crate) const TYPES: [(&str, [&str; 3], [&str; 3]); 11] = [
    ("bool", ["bool", "bool", "bool"], ["bool", "bool", "bool"]),
    ("s32", ["i32", "int32", "i32"], ["i32", "int32", "i32"]),
    ("u32", ["u32", "uint32", "u32"], ["u32", "uint32", "u32"]),
    ("s64", ["i64", "int64", "i64"], ["i64", "int64", "i64"]),
    ("u64", ["u64", "uint64", "u64"], ["u64", "uint64", "u64"]),
    ("f32", ["f32", "float32", "f32"], ["f32", "float32", "f32"]),
    ("f64", ["f64", "float64", "f64"], ["f64", "float64", "f64"]),
    (
        "string",
        ["*const u8, n: usize", "string", "[*]const u8, n: usize"],
        ["u64", "uint64", "u64"],
    ),
    ("ptr<s16>", ["*mut i16", "*int16", "*i16"], ["*mut i16", "*int16", "*i16"]),
    (
        "ptr<list<bool, 4>>",
        ["*mut [bool; 4]", "*[4]bool", "*[4]bool"],
        ["*mut [bool; 4]", "*[4]bool", "*[4]bool"],
    ),
    ("ptr<outer>", ["*mut Outer", "*Outer", "*Outer"], ["*mut Outer", "*Outer", "*Outer"]),
];

/// Function names, each of which is a keyword or a type in one of the languages.
pub(crate) const KEYWORDS: [&str; 5] = ["type", "func", "fn", "error", "self"];

/// The most parameters of a type that Go accepts.
pub(crate) const LARGEST: [(&str, usize); 2] = [("s64", 16), ("string", 8)];

const RECORDS: &str = "
[records.outer]
flag = \"bool\"
tiny = \"s8\"
type = \"u16\"
wide = \"u64\"
bytes = \"list<u8, 3>\"
inner = \"list<list<inner, 2>, 2>\"
small = \"s16\"
float = \"f32\"

[records.inner]
a = \"u8\"
b = \"f64\"
c = \"list<s32, 3>\"
d = \"s64\"
e = \"u32\"
";

#[test]
fn the_same_declaration_is_the_same_core_type_in_every_language() {
    let project = project();
    let outcome = build(&project);
    let failed: Vec<_> = outcome.failed.iter().map(|(_, error)| format!("{error:#}")).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(outcome.built.len(), 3);
    let modules: Vec<_> =
        outcome.built.iter().map(|(artifact, _)| module(&project, &artifact.path)).collect();
    for other in &modules[1..] {
        assert_eq!(other, &modules[0]);
    }
    // No export and no import is missing.
    let of_types = 2 * TYPES.len();
    assert_eq!(modules[0].len(), of_types + KEYWORDS.len() + LARGEST.len());
    // The module contains the contract as a custom section.
    let bytes = fs::read(project.path().join("target/guests/go/p.wasm")).expect("it is built");
    let inspection = inspect(&bytes).expect("it is valid");
    let contract = find(project.path()).expect("it is a project").guests[0].contract().cloned();
    assert_eq!(inspection.declared(), contract.as_ref());
    assert_eq!(outcome.built[0].0.contract, contract);
}

#[test]
fn every_mismatch_with_the_contract_is_reported_with_its_place() {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(&project, "Cargo.toml", ROOT);
    let description = "[exports]\ninc = \"(by: s32) -> s32\"\nget = \"() -> s32\"\n\
                       greet = \"(name: string)\"\n\n[imports.host]\nlog = \"(message: string)\"\n";
    write(&project, "p/plugin.toml", description);
    write(&project, "p/go/go.mod", GO_MOD);
    write(
        &project,
        "p/go/main.go",
        "package main\n\n//go:wasmimport host log\nfunc log(message int32)\n\n\
         //go:wasmimport host shout\nfunc shout()\n\n\
         //go:wasmexport inc\nfunc inc(by int64) int32 { log(1); shout(); return int32(by) }\n\n\
         //go:wasmexport greet\nfunc greet(name string) {}\n\n\
         //go:wasmexport more\nfunc more() {}\n\nfunc main() {}\n",
    );
    let outcome = build(&project);
    let [(_, error)] = &outcome.failed[..] else { panic!("{outcome:?}") };
    let error = format!("{error:#}");
    for part in [
        "plugin.toml: 7 faults",
        "plugin.toml:2:7",
        "error[R009]: Go: `inc`: it is func (i64) -> i32; the contract declares (by: s32) -> s32, \
         which is func (i32) -> i32",
        "plugin.toml:3:7",
        "error[R009]: Go: `get`: the contract declares get() -> s32",
        "put `//go:wasmexport get` above a function",
        "error[R009]: Go: `more`: it is exported as func () -> (), and the contract does not",
        "error[R009]: Go: `polyreactor_alloc`: it is not exported",
        "error[R009]: Go: `polyreactor_free`: it is not exported",
        "plugin.toml:7:7",
        "error[R007]: Go: `log`: it is imported from `host` as func (i32) -> ()",
        "error[R007]: Go: `shout`: it is imported from `host` as func () -> (), and the contract",
    ] {
        assert!(error.contains(part), "no `{part}` in:\n{error}");
    }
    assert!(!project.path().join("target/guests/go/p.wasm").exists(), "an artifact is left");
}

/// Zig reports nothing, or another error; `build-guests` names the missing line of build.zig.
#[test]
fn a_line_that_is_missing_in_build_zig_is_named() {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(&project, "Cargo.toml", ROOT);
    write(&project, "p/plugin.toml", "");
    for strip in ["", ".strip = true,"] {
        for (missing, message, main) in [
            ("p.rdynamic = true;", "error[R009]: it exports no function to be called", ""),
            ("p.entry = .disabled;", "zig failed", ""),
            ("p.wasi_exec_model = .reactor;", "error[R002] `_start`", "pub fn main() void {}\n"),
        ] {
            let build_zig = BUILD_ZIG.replace("    .optimize", &format!("{strip} .optimize"));
            // Without `wasi_exec_model`, zig builds a command, which needs its entry.
            let entry = if main.is_empty() { "" } else { "p.entry = .disabled;" };
            let text = build_zig.replace(missing, "").replace(entry, "");
            write(&project, "p/zig/build.zig", &text);
            let source = format!("export fn get() i32 {{\n    return 7;\n}}\n{main}");
            write(&project, "p/zig/main.zig", &source);
            let outcome = build(&project);
            let [(_, error)] = &outcome.failed[..] else { panic!("{missing}: {outcome:?}") };
            let error = format!("{error:#}");
            for part in [message, missing.trim_start_matches("p.").trim_end_matches(';')] {
                assert!(error.contains(part), "no `{part}` in:\n{error}");
            }
        }
    }
}

/// Output after the last newline is lost in a reactor, which never exits (B012).
#[test]
fn a_rust_guest_that_prints_and_never_flushes_is_noted() {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(&project, "Cargo.toml", ROOT);
    write(&project, "p/plugin.toml", "");
    write(&project, "p/rust/Cargo.toml", CARGO_TOML);
    for (body, notes) in [
        ("print!(\"x\")", 1),
        ("let _ = std::io::Write::write_all(&mut std::io::stdout(), b\"x\")", 1),
        ("print!(\"x\"); let _ = std::io::Write::flush(&mut std::io::stdout())", 0),
        ("eprint!(\"x\"); let _ = std::io::Write::flush(&mut std::io::stderr())", 0),
    ] {
        let source =
            format!("#[unsafe(no_mangle)]\npub extern \"C\" fn say() {{\n    {body};\n}}\n");
        write(&project, "p/rust/src/lib.rs", &source);
        let outcome = build(&project);
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert_eq!(outcome.notes.len(), notes, "{body}: {:?}", outcome.notes);
    }
}

/// The name of an export is a symbol: with an export `exp`, `x.exp()` would call the export.
#[test]
fn an_export_named_like_a_function_of_the_runtime_is_refused() {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(&project, "Cargo.toml", ROOT);
    write(&project, "p/plugin.toml", "");
    write(&project, "p/rust/Cargo.toml", CARGO_TOML);
    let lib = "p/rust/src/lib.rs";
    let exported =
        |name: &str, rest: &str| format!("#[unsafe({name})]\npub extern \"C\" fn {rest}");
    for (name, source) in [
        ("`exp` is", exported("no_mangle", "exp(x: f64) -> f64 { x }")),
        ("`write` is", exported("export_name = \"write\"", "other() {}")),
        ("`__multi3` is", exported("no_mangle", "__multi3() {}")),
        (
            "`fmod`, `getenv` are",
            exported("no_mangle", "fmod() {}") + &exported("no_mangle", "getenv() {}"),
        ),
    ] {
        write(&project, lib, &source);
        let error = failure(&project);
        assert!(error.contains(&format!("{name} exported")), "{name}: {error}");
        assert!(error.contains("help: `#[export]` of the crate `polyreactor-guest`"), "{error}");
        assert!(error.contains("another name, in plugin.toml too"), "{name}: {error}");
    }
    // If std needs the function, its member of libc.a is linked too, and the linker fails first.
    for (name, source) in [
        ("stat", exported("no_mangle", "stat() -> bool { std::fs::metadata(\"x\").is_ok() }")),
        ("malloc", exported("no_mangle", "malloc(x: u32) -> u32 { x.to_string().len() as u32 }")),
    ] {
        write(&project, lib, &source);
        let error = failure(&project);
        let message = format!(
            "help: the name of an export is the linker's symbol for the function, and \
                            there is another `{name}`, perhaps libc's"
        );
        assert!(error.contains(&message), "{name}: {error}");
        assert!(error.contains("`#[export]` of the crate `polyreactor-guest`"), "{name}: {error}");
    }
    // Functions of libc that the linker's `--export` exports are allowed.
    write(
        &project,
        "p/rust/build.rs",
        "fn main() {\n    for name in [\"malloc\", \"free\", \"calloc\", \"realloc\"] {\n        \
         println!(\"cargo::rustc-link-arg=--export={name}\");\n    }\n}\n",
    );
    write(
        &project,
        lib,
        &exported("no_mangle", "len(x: u32) -> u32 { x.to_string().len() as u32 }"),
    );
    assert!(build(&project).failed.is_empty());
    assert!(module(&project, "rust/p.wasm").contains_key("malloc"));
}

#[test]
fn an_export_named_like_a_function_of_zigs_runtime_is_refused() {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(&project, "Cargo.toml", ROOT);
    write(&project, "p/plugin.toml", "");
    write(&project, "p/zig/build.zig", BUILD_ZIG);
    let source = "export fn NAME(x: f64) f64 {\n    return x;\n}\n\
                  export fn rest(x: f64, y: f64) f64 {\n    return @rem(x, y) + @exp(x);\n}\n\
                  export fn fill(p: [*]u8, x: u8, n: usize) void {\n    @memset(p[0..n], x);\n}\n";
    // `fmod` and `memset` have other signatures, so the linker drops the exports, and warns only
    // when it links: `memset` is built twice.
    for name in ["exp", "tan", "fmod", "memset", "memset"] {
        write(&project, "p/zig/main.zig", &source.replace("NAME", name));
        let error = failure(&project);
        assert!(error.contains(&format!("`{name}` is exported")), "{name}: {error}");
        assert!(error.contains("help: `exportAll` of Polyreactor's package"), "{name}: {error}");
    }
    write(&project, "p/zig/main.zig", &source.replace("NAME", "other"));
    let outcome = build(&project);
    assert!(outcome.failed.is_empty(), "{outcome:?}");
}

const ROOT: &str =
    "[workspace]\nmembers = []\n[workspace.metadata.polyreactor]\nplugins = [\"p\"]\n";

fn build(project: &TempDir) -> BuildOutcome {
    let found = find(project.path()).unwrap_or_else(|error| panic!("{error:#}"));
    build_guests(&found, &Selection::default(), Options::default())
        .unwrap_or_else(|error| panic!("{error:#}"))
}

/// The error of the project's only plugin.
fn failure(project: &TempDir) -> String {
    let outcome = build(project);
    let [(_, error)] = &outcome.failed[..] else { panic!("{outcome:?}") };
    format!("{error:#}")
}

/// A project with the contract and its three implementations.
fn project() -> TempDir {
    let project = tempfile::tempdir().expect("a folder can be made");
    write(&project, "Cargo.toml", ROOT);
    let (mut exports, mut imports) = ("[exports]\n".to_owned(), "[imports.host]\n".to_owned());
    for (at, (ty, ..)) in TYPES.iter().enumerate() {
        line(&mut exports, &format!("f{at} = \"(a: {ty}) -> {ty}\""));
        line(&mut imports, &format!("g{at} = \"(a: {ty}) -> {ty}\""));
    }
    for word in KEYWORDS {
        line(&mut exports, &format!("{word} = \"()\""));
    }
    for (ty, count) in LARGEST {
        let parameters: Vec<_> = (0..count).map(|at| format!("a{at}: {ty}")).collect();
        line(&mut exports, &format!("largest_{ty} = \"({})\"", parameters.join(", ")));
    }
    write(&project, "p/plugin.toml", &format!("{exports}\n{imports}{RECORDS}"));
    write(&project, "p/go/go.mod", GO_MOD);
    // The sources assert the contract's record layouts at compile time.
    let found = find(project.path()).unwrap_or_else(|error| panic!("{error:#}"));
    let contract = found.guests[0].contract().expect("it has one").clone();
    let records: Vec<_> = contract.records().iter().rev().map(|record| &**record).collect();
    write(&project, "p/rust/Cargo.toml", CARGO_TOML);
    write(&project, "p/rust/src/lib.rs", &rust(&records));
    write(&project, "p/go/main.go", &go(&records));
    write(&project, "p/zig/build.zig", BUILD_ZIG);
    write(&project, "p/zig/main.zig", &zig(&records));
    project
}

/// The functions that a module exports and imports beyond the convention's own.
fn module(project: &TempDir, path: &str) -> BTreeMap<String, FuncType> {
    let bytes = fs::read(project.path().join("target/guests").join(path)).expect("it is built");
    let inspection = inspect(&bytes).expect("it is valid");
    let imports = inspection.imports.into_iter().filter(|import| import.module == "host");
    let exports = inspection
        .exports
        .into_iter()
        .filter(|export| export.name != "_initialize" && !export.name.starts_with("polyreactor_"));
    let imports = imports.map(|import| (import.name, import.ty));
    let all = imports.chain(exports.map(|export| (export.name, export.ty)));
    let functions = all.filter_map(|(name, ty)| match ty {
        ExternType::Func(ty) => Some((name, ty)),
        _ => None,
    });
    functions.collect()
}

fn write(project: &TempDir, path: &str, text: &str) {
    let path = project.path().join(path);
    fs::create_dir_all(Path::new(&path).parent().expect("a file in a folder"))
        .expect("it can be made");
    fs::write(path, text).expect("it can be written");
}
