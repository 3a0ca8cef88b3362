//! Builds the same sources in two folders: the bytes are equal, and contain no path of a folder.

use super::project::{BUILD_ZIG, GO_MOD, Project, ROOT, has, package};

const SHARED: &str = "\
include!(concat!(env!(\"OUT_DIR\"), \"/written.rs\"));

pub fn at(index: usize) -> i32 {
    let values: Vec<i32> = (0..3).collect();
    let boxed: Box<dyn std::any::Any> = Box::new(values.clone());
    if index > 100 || boxed.is::<Written>() {
        panic!(\"too much\");
    }
    values[index] + written(index)
}
";

const BUILD_RS: &str = "\
fn main() {
    let folder = std::env::var(\"OUT_DIR\").unwrap();
    let text = \"pub struct Written;\\n#[inline(never)]\\nfn written(index: usize) -> i32 {\\n    \
                [1, 2][index / 2]\\n}\\n\";
    std::fs::write(format!(\"{folder}/written.rs\"), text).unwrap();
}
";

/// A project at `place` with a plugin in each language, which depends on a package in the folder
/// `shared`, relative to `p/rust`, `p/go` and `p/zig`.
fn project(place: &str, shared: &str) -> Project {
    let depends = format!("[workspace]\n\n[dependencies]\nshared = {{ path = \"{shared}/rust\" }}");
    let go_mod = format!(
        "{GO_MOD}\nrequire example.test/shared v0.0.0\n\nreplace example.test/shared => {shared}/go\n"
    );
    let zon = format!(
        ".{{\n    .name = .p,\n    .version = \"0.1.0\",\n    .fingerprint = 0x82079eb11b8c3b7a,\n    \
         .dependencies = .{{ .shared = .{{ .path = \"{shared}/zig\" }} }},\n    \
         .paths = .{{\"\"}},\n}}\n"
    );
    let project = Project::inside(
        place,
        &[
            ("Cargo.toml", ROOT),
            ("p/plugin.toml", ""),
            ("p/rust/Cargo.toml", &package("p", "0.1.0", &depends)),
            (
                "p/rust/src/lib.rs",
                "#[unsafe(no_mangle)]\npub extern \"C\" fn at(index: u32) -> i32 {\n    \
                 shared::at(index as usize)\n}\n",
            ),
            ("p/go/go.mod", &go_mod),
            (
                "p/go/main.go",
                "package main\n\nimport \"example.test/shared\"\n\n//go:wasmexport at\nfunc at(index \
                 int32) int32 { return shared.At(index) }\n\nfunc main() {}\n",
            ),
            (
                "p/zig/build.zig",
                &BUILD_ZIG.replace(
                    "    p.wasi",
                    "    const shared = b.dependency(\"shared\", .{}).module(\"shared\");\n    \
                     p.root_module.addImport(\"shared\", shared);\n    p.wasi",
                ),
            ),
            ("p/zig/build.zig.zon", &zon),
            (
                "p/zig/main.zig",
                "const shared = @import(\"shared\");\n\nexport fn at(index: u32) i32 {\n    return \
                 shared.at(index);\n}\n",
            ),
        ],
    );
    for (path, text) in [
        ("rust/Cargo.toml", package("shared", "0.1.0", "").replace("cdylib\", \"", "")),
        ("rust/build.rs", BUILD_RS.to_owned()),
        ("rust/src/lib.rs", SHARED.to_owned()),
        ("go/go.mod", "module example.test/shared\n\ngo 1.24\n".to_owned()),
        (
            "go/shared.go",
            "package shared\n\nvar values = []int32{0, 1, 2}\n\nfunc At(index int32) int32 { return \
             values[index] }\n"
                .to_owned(),
        ),
        (
            "zig/build.zig",
            "pub fn build(b: *@import(\"std\").Build) void {\n    _ = b.addModule(\"shared\", .{ \
             .root_source_file = b.path(\"shared.zig\") });\n}\n"
                .to_owned(),
        ),
        (
            "zig/build.zig.zon",
            ".{\n    .name = .shared,\n    .version = \"0.1.0\",\n    .fingerprint = \
             0x138cf4bb1b8c3b7a,\n    .paths = .{\"\"},\n}\n"
                .to_owned(),
        ),
        (
            "zig/shared.zig",
            "const values = [_]i32{ 0, 1, 2 };\n\npub fn at(index: u32) i32 {\n    return \
             values[index];\n}\n"
                .to_owned(),
        ),
    ] {
        project.write(&format!("p/rust/{shared}/{path}"), &text);
    }
    project
}

/// Builds the project in two folders, one deeper than the other, and compares the bytes.
fn assert_equal_bytes(shared: &str) {
    let (one, two) = (project("x", shared), project("some/where/else", shared));
    one.built(&[]);
    two.built(&[]);
    for guest in ["rust/p", "go/p", "zig/p"] {
        let (bytes, others) = (one.bytes(guest), two.bytes(guest));
        assert!(
            !has(&bytes, &one.folder.path().to_string_lossy()),
            "{guest} contains the path of its folder"
        );
        assert!(bytes == others, "{guest} has other bytes in another folder");
    }
    assert!(has(&one.bytes("rust/p"), "src/lib.rs"), "no panic message names its file");
}

#[test]
fn a_package_in_another_folder_of_the_project_gives_equal_bytes() {
    assert_equal_bytes("../../shared");
}

#[test]
fn a_package_outside_of_the_project_gives_equal_bytes() {
    assert_equal_bytes("../../../beside/shared");
}

/// The flags that remap paths have to be added to flags of the project's configuration for the
/// target, which cargo would use in place of all others.
#[test]
fn flags_of_the_project_for_the_target_are_kept_and_give_equal_bytes() {
    let built = ["x", "some/where/else"].map(|place| {
        let project = project(place, "../../shared");
        for language in ["go", "zig"] {
            std::fs::remove_dir_all(project.path().join("p").join(language)).expect("it is there");
        }
        project.write(
            "p/rust/.cargo/config.toml",
            "[target.wasm32-wasip1]\nrustflags = [\"--cfg=extra\"]\n\n[target.'cfg(unix)']\n\
             rustflags = [\"--cfg=wrong\"]\n",
        );
        let source = "#[cfg(all(extra, not(wrong)))]\n#[unsafe(no_mangle)]\npub extern \"C\" fn \
                      extra(index: u32) -> i32 {\n    shared::at(index as usize)\n}\n";
        project.write("p/rust/src/lib.rs", source);
        project.built(&[]);
        assert_eq!(project.exports("rust/p"), ["extra"]);
        let bytes = project.bytes("rust/p");
        assert!(
            !has(&bytes, &project.folder.path().to_string_lossy()),
            "it contains the path of its folder"
        );
        bytes
    });
    assert!(built[0] == built[1], "it has other bytes in another folder");
}
