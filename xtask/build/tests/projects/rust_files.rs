//! Plugins whose files cargo would write over each other: what comes out is each one's own.

use crate::project::{Project, ROOT, exporting, package};

/// Two plugins whose packages are these, in one workspace.
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
    // By the second time cargo has built both, and looks at dates alone.
    for names in [&[][..], &[], &["a"], &["b"], &["a"]] {
        project.built(names);
        assert_eq!(project.exports("rust/a"), ["of_a"], "{names:?}");
        assert_eq!(project.exports("rust/b"), ["of_b"], "{names:?}");
    }
}

#[test]
fn packages_of_one_workspace_may_call_their_libraries_the_same() {
    let name = "name = \"plugin\"\n";
    each_has_its_own(&two(&package("a", "0.1.0", name), &package("b", "0.1.0", name)));
    // To rustc, a library has no hyphens in its name.
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
    // Older than every build, as a checkout of an old commit may be.
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

/// The library of a plugin that others depend on is written over as well.
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
    // Changed in the plugin alone, so that what it depends on is called up to date.
    for name in ["a", "b"] {
        let changed = format!("{}\n// changed\n", calls(name));
        project.write(&format!("{name}/rust/src/lib.rs"), &changed);
    }
    each_has_its_own(&project);
}

/// Cargo would move both modules to one place.
#[test]
fn a_plugin_called_like_what_it_depends_on_is_refused() {
    let depends =
        "name = \"same\"\n\n[dependencies]\nused = { package = \"b\", path = \"../../b/rust\" }";
    let project = two(&package("a", "0.1.0", depends), &package("b", "0.1.0", "name = \"same\""));
    let source = format!("pub use used;\n{}", exporting("of_a"));
    project.write("a/rust/src/lib.rs", &source);
    let error = project.failure("a");
    assert!(error.contains("whose library has the same name"), "{error}");
}
