//! Remedies for failures whose cause the compiler's own messages do not name.

use super::project::{BUILD_ZIG, GO_MOD, Project, exporting, go_program, package, says};

#[test]
fn a_go_file_that_imports_c_is_named() {
    let program = go_program("get", "func main() {}");
    let c = "// int seven(void) { return 7; }\nimport \"C\"\n";
    let of_c = format!("package main\n\n{c}\nfunc seven() int32 {{ return int32(C.seven()) }}\n");
    let calls = program.replace("return n", "return seven()");
    // The only file; beside a file that calls it; in a package that the plugin imports.
    let alone = [("go/go.mod", GO_MOD), ("go/c.go", &*of_c)];
    let beside = [("go/go.mod", GO_MOD), ("go/main.go", &*calls), ("go/c.go", &*of_c)];
    let imported = of_c.replace("package main", "package c").replace("func seven", "func Seven");
    let imports = calls
        .replace("package main\n", "package main\n\nimport \"example.test/plugin/c\"\n")
        .replace("seven()", "c.Seven()");
    let deep = [("go/go.mod", GO_MOD), ("go/main.go", &*imports), ("go/c/c.go", &*imported)];
    for files in [&alone[..], &beside, &deep] {
        let error = Project::of_plugin("", files).failure("p");
        says(
            &error,
            &["c.go imports \"C\"", "Go does not support cgo for WASI", "go:build !wasip1"],
        );
    }
}

#[test]
fn a_reserved_name_of_a_go_function_is_explained() {
    let program = go_program("get", "func main() {}");
    for (name, part) in [
        (
            "_initialize",
            "Go has an `_initialize` of its own\n  help: write the function as `func init",
        ),
        ("_start", "entry point of a command"),
        ("memory", "the guest's memory"),
        ("__wasm_call_ctors", "a symbol of the linker's own"),
    ] {
        let program = format!("{program}\n//go:wasmexport {name}\nfunc f() {{ n++ }}\n");
        let files = [("go/go.mod", GO_MOD), ("go/main.go", &*program)];
        let error = Project::of_plugin("", &files).failure("p");
        says(&error, &[&*format!("a function is exported as `{name}`"), part]);
        assert!(!error.contains("is not a program"), "{error}");
    }
}

#[test]
fn a_reserved_name_of_a_zig_function_is_explained() {
    let get = "var n: i32 = 0;\n\nexport fn get() i32 {\n    return n;\n}\n";
    for (function, part) in [
        ("export fn memory() void {}", "exported as `memory`: it is the name of the export of the"),
        ("export fn _start() void {}", "exported as `_start`: it is the entry point of a command"),
        ("export fn __wasm_call_ctors() void {}", "a symbol of the linker's own"),
        ("pub fn main() void {}\n\nexport fn _initialize() void {}", "or rename `main`"),
    ] {
        let source = format!("{get}\n{function}\n");
        let files = [("zig/build.zig", BUILD_ZIG), ("zig/main.zig", &*source)];
        says(&Project::of_plugin("", &files).failure("p"), &[part]);
    }
}

#[test]
fn a_reserved_name_of_a_rust_function_is_explained() {
    for (name, part) in [
        ("memory", "exported as `memory`: it is the name of the export of the guest's memory"),
        ("_start", "exported as `_start`: it is the entry point of a command"),
    ] {
        let files = [
            ("rust/Cargo.toml", &*package("p", "0.1.0", "[workspace]")),
            ("rust/src/lib.rs", &*format!("{}{}", exporting("get"), exporting(name))),
        ];
        says(&Project::of_plugin("", &files).failure("p"), &[part]);
    }
}

#[test]
fn zigs_own_initialize_beside_libc_is_explained() {
    let build_zig = BUILD_ZIG.replace("    .optimize", ".link_libc = true, .optimize");
    let source = "var n: i32 = 0;\n\nexport fn _initialize() void {\n    n = 20;\n}\n\nexport fn get() \
                  i32 {\n    return n;\n}\n";
    let project =
        Project::of_plugin("", &[("zig/build.zig", &build_zig), ("zig/main.zig", source)]);
    says(&project.failure("p"), &["libc has its own `_initialize`", ".init_array"]);
    // The remedy works.
    let source = source.replace(
        "export fn _initialize() void {\n    n = 20;\n}",
        "fn setUp() callconv(.c) void {\n    n = 20;\n}\n\nexport const init: *const fn () \
         callconv(.c) void linksection(\".init_array\") = &setUp;",
    );
    project.write("p/zig/main.zig", &source);
    project.built(&[]);
}

#[test]
fn a_missing_exec_model_beside_libc_is_explained() {
    let build_zig = BUILD_ZIG
        .replace("    .optimize", ".link_libc = true, .optimize")
        .replace("    p.wasi_exec_model = .reactor;\n", "");
    let source = "export fn get() i32 {\n    return 7;\n}\n";
    let project =
        Project::of_plugin("", &[("zig/build.zig", &build_zig), ("zig/main.zig", source)]);
    says(&project.failure("p"), &["a reactor has no `main`", "wasi_exec_model = .reactor"]);
}
