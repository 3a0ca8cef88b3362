//! Plugins whose output files cargo would overwrite: each artifact is that of its own plugin.

use super::project::{Project, ROOT, exporting, package, says};

/// A workspace with two plugins, whose packages have these Cargo.toml files.
fn two(a: &str, b: &str) -> Project {
    Project::new(&[
        ("Cargo.toml", &ROOT.replace("[]", "[\"*/rust\"]")),
        ("a/plugin.toml", ""),
        ("a/rust/Cargo.toml", a),
        ("a/rust/src/lib.rs", &exporting("of_a")),
        ("b/plugin.toml", ""),
        ("b/rust/Cargo.toml", b),
        ("b/rust/src/lib.rs", &exporting("of_b")),
    ])
}

fn each_has_its_own(project: &Project) {
    // From the second build on, cargo has built both, and compares only modification times.
    for names in [&[][..], &[], &["a"], &["b"], &["a"]] {
        project.built(names);
        assert_eq!(project.exports("rust/a"), ["of_a"], "{names:?}");
        assert_eq!(project.exports("rust/b"), ["of_b"], "{names:?}");
    }
}

#[test]
fn libraries_of_one_workspace_may_have_the_same_name() {
    let name = "name = \"plugin\"\n";
    each_has_its_own(&two(&package("a", "0.1.0", name), &package("b", "0.1.0", name)));
    // Cargo replaces hyphens by underscores in the names of libraries.
    each_has_its_own(&two(&package("my-plugin", "0.1.0", ""), &package("my_plugin", "0.1.0", "")));
}

#[test]
fn a_copy_of_a_workspace_is_not_the_original() {
    let alone = package("plugin", "0.1.0", "[workspace]\n");
    let project = two(&alone, &alone);
    project.write("Cargo.toml", ROOT);
    each_has_its_own(&project);
}

#[test]
fn a_version_that_was_built_before_is_built_again() {
    let versions = ["0.1.0", "0.2.0", "0.1.0"];
    let project = two(&package("a", "0.0.0", ""), &package("b", "0.1.0", ""));
    // The sources stay older than every build, as in a checkout of an old commit.
    for (at, version) in versions.iter().enumerate() {
        project.write("a/rust/Cargo.toml", &package("a", version, ""));
        let build_rs = "fn main() {\n    let version = std::env::var(\"CARGO_PKG_VERSION\").unwrap();\n    \
                        println!(\"cargo::rustc-cfg=v{}\", &version[2..3]);\n    \
                        println!(\"cargo::rustc-check-cfg=cfg(v1, v2)\");\n}\n";
        if at == 0 {
            project.write("a/rust/build.rs", build_rs);
            let source = format!("#[cfg(v1)]\n{}#[cfg(v2)]\n{}", exporting("v1"), exporting("v2"));
            project.write("a/rust/src/lib.rs", &source);
        }
        project.built(&["a"]);
        assert_eq!(project.exports("rust/a"), [format!("v{}", &version[2..3])], "build {at}");
    }
}

/// The output files of a dependency with the crate type cdylib are overwritten as well.
#[test]
fn a_plugin_depends_on_the_package_that_it_names() {
    let shared = |function: &str| format!("pub fn {function}() -> i32 {{\n    7\n}}\n");
    let calls = |function: &str| {
        format!(
            "#[unsafe(no_mangle)]\npub extern \"C\" fn of_{function}() -> i32 {{\n    \
             used::{function}()\n}}\n"
        )
    };
    let depends = |name: &str| {
        let used = format!("{{ package = \"core-of-{name}\", path = \"../../core-of-{name}\" }}");
        package(name, "0.1.0", &format!("[dependencies]\nused = {used}"))
    };
    let project = two(&depends("a"), &depends("b"));
    for name in ["a", "b"] {
        let core = package(&format!("core-of-{name}"), "0.1.0", "name = \"shared\"\n");
        project.write(&format!("core-of-{name}/Cargo.toml"), &core);
        project.write(&format!("core-of-{name}/src/lib.rs"), &shared(name));
        project.write(&format!("{name}/rust/src/lib.rs"), &calls(name));
    }
    let members = "[\"a/rust\", \"b/rust\", \"core-of-a\", \"core-of-b\"]";
    project.write("Cargo.toml", &ROOT.replace("[]", members));
    each_has_its_own(&project);
    // Only the plugin's source changes, so that cargo takes its dependency for up to date.
    for name in ["a", "b"] {
        let changed = format!("{}\n// changed\n", calls(name));
        project.write(&format!("{name}/rust/src/lib.rs"), &changed);
    }
    each_has_its_own(&project);
}

/// Up to Rust 1.99, cargo writes both libraries to the same files.
#[test]
fn a_plugin_with_the_library_name_of_its_dependency_is_explained() {
    let depends =
        "name = \"same\"\n\n[dependencies]\nused = { package = \"b\", path = \"../../b/rust\" }";
    let project = two(&package("a", "0.1.0", depends), &package("b", "0.1.0", "name = \"same\""));
    project.write("a/rust/src/lib.rs", &format!("pub use used;\n{}", exporting("of_a")));
    says(&project.failure("a"), &["have the same name", "`name` under `[lib]`"]);
}

/// Two processes at once, and `embed` in a build script.
#[test]
fn concurrent_builds_and_build_scripts_get_each_plugins_own_library() {
    let name = "name = \"plugin\"\n";
    let project = two(&package("a", "0.1.0", name), &package("b", "0.1.0", name));
    for _ in 0..3 {
        let builds = ["a", "b"].map(|name| project.command(&[]).arg(name).spawn());
        for build in builds {
            let status = build.and_then(|mut build| build.wait()).expect("the program can be run");
            assert!(status.success());
        }
        assert_eq!(project.exports("rust/a"), ["of_a"]);
        assert_eq!(project.exports("rust/b"), ["of_b"]);
    }
    let out = project.path().join("out");
    for name in ["a", "b", "a", "b"] {
        let output = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["--ignored", "--exact", "projects::rust_files::builds_as_a_build_script"])
            .env("OUT_DIR", &out)
            .env("POLYREACTOR_EMBEDDED", project.path().join(name))
            .output()
            .expect("this program can be run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let bytes =
            std::fs::read(out.join(format!("guests/rust/{name}.wasm"))).expect("it is built");
        let exports = polyreactor_convention::exported_functions(&bytes).expect("it is valid");
        assert!(exports.contains(&format!("of_{name}")), "{name}: {exports:?}");
    }
}

#[test]
#[ignore = "the test above runs it, with an environment as cargo gives it to build scripts"]
fn builds_as_a_build_script() {
    let plugin = std::env::var("POLYREACTOR_EMBEDDED").expect("the test above sets it");
    let plugin = std::path::Path::new(&plugin);
    let name = plugin.file_name().expect("a folder").to_string_lossy().into_owned();
    let selection = polyreactor_build::Selection { names: vec![name], ..Default::default() };
    let folder = plugin.parent().expect("a project");
    polyreactor_build::embed(folder, &selection, Default::default()).expect("it is built");
}
