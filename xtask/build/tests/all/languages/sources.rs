//! Generates sources in Rust, Go and Zig from the records of a contract. Each source exports and
//! imports a function of every type, and fails to compile if a record has another layout.

use std::fmt::Write as _;

use polyreactor_contract::{Pointee, Record, Scalar};

use super::{KEYWORDS, LARGEST, TYPES};

const RUST: usize = 0;
const GO: usize = 1;
const ZIG: usize = 2;

pub(crate) const GO_MOD: &str = "module example.test/plugin\n\ngo 1.24\n";

pub(crate) const CARGO_TOML: &str = "[workspace]\n\n[package]\nname = \"p\"\nversion = \"0.1.0\"\n\
                          edition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n";

pub(crate) fn rust(records: &[&Record]) -> String {
    let mut text = "#![allow(dead_code, unused_variables)]\n".to_owned();
    for record in records {
        let name = capital(record.name());
        line(&mut text, &format!("#[repr(C)]\npub struct {name} {{"));
        for field in record.fields() {
            line(&mut text, &format!("    r#{}: {},", field.name, in_memory(&field.ty, RUST)));
        }
        let layout = record.layout();
        line(
            &mut text,
            &format!("}}\nconst _: () = assert!(size_of::<{name}>() == {});", layout.size_bytes),
        );
        line(
            &mut text,
            &format!("const _: () = assert!(align_of::<{name}>() == {});", layout.align_bytes),
        );
        for field in record.fields() {
            let at = format!("std::mem::offset_of!({name}, r#{})", field.name);
            line(&mut text, &format!("const _: () = assert!({at} == {});", field.offset_bytes));
        }
    }
    line(&mut text, "#[link(wasm_import_module = \"host\")]\nunsafe extern \"C\" {");
    for (at, (_, parameter, result)) in TYPES.iter().enumerate() {
        line(&mut text, &format!("    fn g{at}(a: {}) -> {};", parameter[RUST], result[RUST]));
    }
    line(&mut text, "}");
    for (at, (ty, parameter, result)) in TYPES.iter().enumerate() {
        let passed = if *ty == "string" { "a, n" } else { "a" };
        line(
            &mut text,
            &format!(
                "#[unsafe(no_mangle)]\nextern \"C\" fn f{at}(a: {}) -> {} {{ unsafe {{ g{at}({passed}) }} }}",
                parameter[RUST], result[RUST]
            ),
        );
    }
    for (at, word) in KEYWORDS.iter().enumerate() {
        line(
            &mut text,
            &format!("#[unsafe(export_name = \"{word}\")]\nextern \"C\" fn k{at}() {{}}"),
        );
    }
    for (ty, count) in LARGEST {
        let one = |at: usize| match ty {
            "string" => format!("a{at}: *const u8, n{at}: usize"),
            _ => format!("a{at}: i64"),
        };
        let all = (0..count).map(one).collect::<Vec<_>>().join(", ");
        line(&mut text, &format!("#[unsafe(no_mangle)]\nextern \"C\" fn largest_{ty}({all}) {{}}"));
    }
    line(
        &mut text,
        "#[unsafe(no_mangle)]\nextern \"C\" fn polyreactor_alloc(size: u32, align: u32) -> u32 { size + align }\n\
         #[unsafe(no_mangle)]\nextern \"C\" fn polyreactor_free(_: u32, _: u32, _: u32) {}",
    );
    text
}

pub(crate) fn go(records: &[&Record]) -> String {
    let mut text = "package main\n\nimport (\n\t\"structs\"\n\t\"unsafe\"\n)\n\n".to_owned();
    for record in records {
        let name = capital(record.name());
        line(&mut text, &format!("type {name} struct {{\n\t_ structs.HostLayout"));
        for field in record.fields() {
            line(&mut text, &format!("\t{} {}", capital(&field.name), in_memory(&field.ty, GO)));
        }
        line(&mut text, "}");
        // Go refuses a negative constant as the length of an array.
        let mut equal = |left: String, right: u32| {
            line(&mut text, &format!("var _ [{left} - {right}]struct{{}}"));
            line(&mut text, &format!("var _ [{right} - {left}]struct{{}}"));
        };
        equal(format!("unsafe.Sizeof({name}{{}})"), record.layout().size_bytes);
        equal(format!("unsafe.Alignof({name}{{}})"), record.layout().align_bytes);
        for field in record.fields() {
            let at = format!("unsafe.Offsetof({name}{{}}.{})", capital(&field.name));
            equal(at, field.offset_bytes);
        }
    }
    for (at, (_, parameter, result)) in TYPES.iter().enumerate() {
        let (parameter, result) = (parameter[GO], result[GO]);
        line(
            &mut text,
            &format!("\n//go:wasmimport host g{at}\nfunc g{at}(a {parameter}) {result}"),
        );
        line(
            &mut text,
            &format!(
                "\n//go:wasmexport f{at}\nfunc f{at}(a {parameter}) {result} {{ return g{at}(a) }}"
            ),
        );
    }
    for (at, word) in KEYWORDS.iter().enumerate() {
        line(&mut text, &format!("\n//go:wasmexport {word}\nfunc k{at}() {{}}"));
    }
    for (ty, count) in LARGEST {
        let go_type = if ty == "string" { "string" } else { "int64" };
        let all = (0..count).map(|at| format!("a{at} {go_type}")).collect::<Vec<_>>().join(", ");
        line(&mut text, &format!("\n//go:wasmexport largest_{ty}\nfunc largest_{ty}({all}) {{}}"));
    }
    line(
        &mut text,
        "\n//go:wasmexport polyreactor_alloc\nfunc alloc(size, align uint32) uint32 { return size + align }\n\
         \n//go:wasmexport polyreactor_free\nfunc free(ptr, size, align uint32) {}\n\nfunc main() {}",
    );
    text
}

pub(crate) const BUILD_ZIG: &str = r#"const std = @import("std");

pub fn build(b: *std.Build) void {
    const p = b.addExecutable(.{
        .name = "p",
        .root_module = b.createModule(.{
            .root_source_file = b.path("main.zig"),
            .target = b.resolveTargetQuery(.{ .cpu_arch = .wasm32, .os_tag = .wasi }),
            .optimize = b.standardOptimizeOption(.{}),
        }),
    });
    p.wasi_exec_model = .reactor;
    p.entry = .disabled;
    p.rdynamic = true;
    b.installArtifact(p);
}
"#;

pub(crate) fn zig(records: &[&Record]) -> String {
    let mut text = String::new();
    let mut asserts = String::new();
    for record in records {
        let name = capital(record.name());
        line(&mut text, &format!("const {name} = extern struct {{"));
        for field in record.fields() {
            line(&mut text, &format!("    @\"{}\": {},", field.name, in_memory(&field.ty, ZIG)));
        }
        line(&mut text, "};");
        let mut equal = |left: String, right: u32| {
            line(&mut asserts, &format!("    if ({left} != {right}) @compileError(\"{name}\");"));
        };
        equal(format!("@sizeOf({name})"), record.layout().size_bytes);
        equal(format!("@alignOf({name})"), record.layout().align_bytes);
        for field in record.fields() {
            equal(format!("@offsetOf({name}, \"{}\")", field.name), field.offset_bytes);
        }
    }
    line(&mut text, &format!("comptime {{\n{asserts}}}"));
    for (at, (ty, parameter, result)) in TYPES.iter().enumerate() {
        let (parameter, result) = (parameter[ZIG], result[ZIG]);
        let passed = if *ty == "string" { "a, n" } else { "a" };
        line(&mut text, &format!("extern \"host\" fn g{at}(a: {parameter}) {result};"));
        line(
            &mut text,
            &format!(
                "export fn f{at}(a: {parameter}) {result} {{\n    return g{at}({passed});\n}}"
            ),
        );
    }
    for word in KEYWORDS {
        line(&mut text, &format!("export fn @\"{word}\"() void {{}}"));
    }
    for (ty, count) in LARGEST {
        let one = |_| if ty == "string" { "_: [*]const u8, _: usize" } else { "_: i64" };
        let all = (0..count).map(one).collect::<Vec<_>>().join(", ");
        line(&mut text, &format!("export fn largest_{ty}({all}) void {{}}"));
    }
    line(
        &mut text,
        "export fn polyreactor_alloc(size: u32, alignment: u32) u32 {\n    return size + alignment;\n}\n\
         export fn polyreactor_free(_: u32, _: u32, _: u32) void {}",
    );
    text
}

/// The name of a type in memory in a language.
fn in_memory(ty: &Pointee, language: usize) -> String {
    match ty {
        Pointee::Record(record) => capital(record.name()),
        Pointee::List(of, length) => {
            let of = in_memory(of, language);
            if language == RUST { format!("[{of}; {length}]") } else { format!("[{length}]{of}") }
        }
        Pointee::Scalar(scalar) => {
            let letter = match scalar {
                Scalar::Bool => return "bool".to_owned(),
                Scalar::F32 | Scalar::F64 => ["f", "float", "f"],
                Scalar::S8 | Scalar::S16 | Scalar::S32 | Scalar::S64 => ["i", "int", "i"],
                _ => ["u", "uint", "u"],
            };
            format!("{}{}", letter[language], 8 * scalar.size_bytes())
        }
    }
}

fn capital(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

pub(crate) fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes everything");
}
