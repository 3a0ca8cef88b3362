//! Settings in a plugin.toml for the toolchains, and the errors about them.

use super::project::{BUILD_ZIG, GO_MOD, Project, ROOT, exporting, go_program, package, says};

/// A crate with exports that depend on the default features, on other features and on a profile,
/// and with two examples.
fn rust(description: &str) -> Project {
    let manifest = package(
        "p",
        "0.1.0",
        "[[example]]\nname = \"shown\"\ncrate-type = [\"cdylib\"]\n\n[[example]]\nname = \
         \"plain\"\n\n[features]\ndefault = [\"usual\"]\nusual = []\nextra = [\"more\"]\nmore = \
         []\n\n[profile.checked]\ninherits = \"release\"\ndebug-assertions = true\n\n[workspace]",
    );
    let source = ["usual", "extra", "more"]
        .map(|feature| format!("#[cfg(feature = \"{feature}\")]\n{}", exporting(feature)));
    let source = format!(
        "{}{}#[cfg(debug_assertions)]\n{}",
        source.concat(),
        exporting("always"),
        exporting("checked")
    );
    Project::of_plugin(
        description,
        &[
            ("rust/Cargo.toml", &manifest),
            ("rust/src/lib.rs", &source),
            ("rust/examples/shown.rs", &exporting("shown")),
            ("rust/examples/plain.rs", "fn main() {}\n"),
        ],
    )
}

#[test]
fn rust_settings_choose_features_a_profile_and_an_example() {
    for (settings, exports) in [
        ("", &["always", "usual"][..]),
        ("features = [\"extra\"]", &["always", "extra", "more", "usual"]),
        ("default-features = false", &["always"]),
        (
            "default-features = false\nfeatures = [\"more\", \"usual\"]",
            &["always", "more", "usual"],
        ),
        ("profile = \"checked\"", &["always", "checked", "usual"]),
        ("profile = \"dev\"", &["always", "checked", "usual"]),
        ("example = \"shown\"", &["shown"]),
    ] {
        let project = rust(&format!("[rust]\n{settings}\n"));
        for _ in 0..2 {
            project.built(&[]);
            let mut found = project.exports("rust/p");
            found.sort();
            assert_eq!(found, exports, "{settings}");
        }
    }
}

/// Plugins of one package are built one after the other; cargo writes all of them to the same
/// files.
#[test]
fn plugins_of_one_package_do_not_interfere() {
    let project = rust("[rust]\nfeatures = [\"extra\"]\n");
    let rust = project.path().join("p/rust");
    std::fs::rename(rust, project.path().join("crate")).expect("it can be renamed");
    project.write("Cargo.toml", &ROOT.replace("[]", "[\"crate\"]"));
    let manifest = std::fs::read_to_string(project.path().join("crate/Cargo.toml"))
        .expect("it can be read")
        .replace("[workspace]", "");
    project.write("crate/Cargo.toml", &manifest);
    for (name, settings) in
        [("p", "features = [\"extra\"]"), ("q", ""), ("r", "example = \"shown\"")]
    {
        project.write(
            &format!("{name}/plugin.toml"),
            &format!("[rust]\npackage = \"p\"\n{settings}\n"),
        );
    }
    for _ in 0..2 {
        project.built(&[]);
        assert!(project.exports("rust/p").contains(&"extra".to_owned()));
        assert!(!project.exports("rust/q").contains(&"extra".to_owned()));
        assert_eq!(project.exports("rust/r"), ["shown"]);
    }
}

#[test]
fn a_plugin_with_its_own_workspace_names_its_package() {
    let project = Project::of_plugin(
        "[rust]\npackage = \"one\"\n",
        &[
            ("rust/Cargo.toml", "[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"3\"\n"),
            ("rust/one/Cargo.toml", &package("one", "0.1.0", "")),
            ("rust/one/src/lib.rs", &exporting("of_one")),
            ("rust/two/Cargo.toml", &package("two", "0.1.0", "")),
            ("rust/two/src/lib.rs", &exporting("of_two")),
        ],
    );
    project.built(&[]);
    assert_eq!(project.exports("rust/p"), ["of_one"]);
    project.write("p/plugin.toml", "[rust]\npackage = \"three\"\n");
    says(&project.failure("p"), &["no package `three`", "one, two"]);
    project.write("p/plugin.toml", "");
    says(&project.failure("p"), &["a workspace of: one, two", "`package = \"NAME\"`", "`[rust]`"]);
}

#[test]
fn errors_of_rust_builds_name_the_keys() {
    let failure = |settings: &str| rust(&format!("[rust]\n{settings}\n")).failure("p");
    says(&failure("features = [\"none\"]"), &["the features of p are: extra, more, usual"]);
    says(&failure("profile = \"none\""), &["`[profile.none]`", "inherits"]);
    says(&failure("example = \"none\""), &["no example `none`", "plain, shown"]);
    says(&failure("example = \"plain\""), &["builds no cdylib", "[[example]]"]);

    let project =
        rust("[exports]\nalways = \"() -> s32\"\nusual = \"() -> s32\"\nextra = \"() -> s32\"\n");
    says(
        &project.failure("p"),
        &[
            "R009",
            "`extra`",
            "if a feature of the crate turns the export on",
            "the features that are off: extra, more",
        ],
    );
    // The module exports nothing.
    let project = rust("");
    project
        .write("p/rust/src/lib.rs", &format!("#[cfg(feature = \"more\")]\n{}", exporting("more")));
    says(
        &project.failure("p"),
        &["R009", "features = [\"NAME\"]", "the features that are off: extra, more"],
    );
    // The library is no cdylib, and an example is one.
    let manifest = package(
        "p",
        "0.1.0",
        "[[example]]\nname = \"shown\"\ncrate-type = [\"cdylib\"]\n\n[workspace]",
    );
    project.write("p/rust/Cargo.toml", &manifest.replace("\"cdylib\", \"rlib\"", "\"rlib\""));
    says(&project.failure("p"), &["builds no cdylib", "(shown)", "`example = \"NAME\"`"]);
}

#[test]
fn a_single_crate_has_its_settings_in_its_manifest() {
    let manifest = |more: &str| {
        package("single", "0.1.0", "[features]\nextra = []\n\n[package.metadata.polyreactor]\n")
            + more
    };
    let source = format!("#[cfg(feature = \"extra\")]\n{}", exporting("extra"));
    let project = Project::new(&[("Cargo.toml", &manifest("")), ("src/lib.rs", &source)]);
    says(&project.failure("single"), &["`[package.metadata.polyreactor.rust]` in Cargo.toml"]);
    project.write("Cargo.toml", &manifest("rust.features = [\"extra\"]\n"));
    project.built(&[]);
    assert_eq!(project.exports("rust/single"), ["extra"]);
    project.write("Cargo.toml", &manifest("rust.package = \"other\"\n"));
    says(&project.fault(), &["the plugin is this package"]);
    project.write("Cargo.toml", &manifest("go.tags = [\"x\"]\n"));
    says(&project.fault(), &["a single crate; remove the table `go`"]);
}

#[test]
fn a_table_without_an_implementation_is_a_fault() {
    let project = rust("[go]\ntags = [\"extra\"]\n");
    says(&project.fault(), &["a table `[go]`, but no implementation in go/"]);
    std::fs::remove_dir_all(project.path().join("p/rust")).expect("it is there");
    project.write("p/plugin.toml", "[rust]\npackage = \"none\"\n");
    says(&project.fault(), &["no folder rust/", "no package `none`"]);
}

#[test]
fn go_settings_choose_tags_ldflags_and_a_package() {
    let program = go_program("get", "var Version = \"none\"\n\nfunc main() {}");
    let extra = "//go:build extra && more\n\npackage main\n\n//go:wasmexport extra\nfunc extra() int32 { \
                 return int32(len(Version)) }\n";
    let description = "[go]\npackage = \"./cmd/plugin\"\ntags = [\"extra\", \"more\"]\nldflags = \"-X \
                       'main.Version=of the plugin'\"\n";
    let files = [
        ("go/go.mod", GO_MOD),
        ("go/library.go", "package library\n"),
        ("go/cmd/plugin/main.go", &*program),
        ("go/cmd/plugin/extra.go", extra),
    ];
    let project = Project::of_plugin(description, &files);
    project.built(&[]);
    let mut exports = project.exports("go/p");
    exports.sort();
    assert_eq!(exports, ["extra", "get"]);
    assert!(super::project::has(&project.bytes("go/p"), "of the plugin"));

    let parts = ["`package = \"./cmd/plugin\"` under `[go]` in plugin.toml", "./cmd/plugin"];
    project.write("p/plugin.toml", "");
    says(&project.failure("p"), &parts);
    std::fs::remove_file(project.path().join("p/go/library.go")).expect("it is there");
    says(&project.failure("p"), &parts);
    project.write("p/plugin.toml", "[go]\npackage = \"./cmd/plugin\"\n\n[exports]\nget = \"() -> s32\"\nextra = \"() -> s32\"\n");
    says(
        &project.failure("p"),
        &["R009", "extra.go (//go:build extra && more)", "`tags = [\"TAG\"]`"],
    );
}

#[test]
fn go_work_is_used_if_the_settings_ask_for_it() {
    let program = "package main\n\nimport \"example.test/shared\"\n\n//go:wasmexport get\nfunc get() \
                   int32 { return shared.Get() }\n\nfunc main() {}\n";
    let project = Project::of_plugin(
        "[go]\nworkspace = true\n",
        &[("go/go.mod", GO_MOD), ("go/main.go", program)],
    );
    says(&project.failure("p"), &["no go.work in"]);
    project.write("go.work", "go 1.24\n\nuse ./p/go\nuse ./shared\n");
    project.write("shared/go.mod", "module example.test/shared\n\ngo 1.24\n");
    project.write("shared/shared.go", "package shared\n\nfunc Get() int32 { return 7 }\n");
    project.built(&[]);
    project.write("p/plugin.toml", "");
    says(
        &project.failure("p"),
        &["go.work is used only with `workspace = true` under `[go]`", "replace MODULE"],
    );
}

#[test]
fn zig_settings_pass_options() {
    let build_zig = BUILD_ZIG.replace(
        "    p.wasi",
        "    const options = b.addOptions();\n    options.addOption(bool, \"extra\", \
         b.option(bool, \"extra\", \"More\") orelse false);\n    \
         p.root_module.addOptions(\"options\", options);\n    p.wasi",
    );
    let source = "comptime {\n    if (@import(\"options\").extra) @export(&extra, .{ .name = \
                  \"extra\" });\n}\n\nfn extra() callconv(.c) i32 {\n    return 7;\n}\n\nexport fn get() \
                  i32 {\n    return 7;\n}\n";
    let files = [("zig/build.zig", &*build_zig), ("zig/main.zig", source)];
    let exports = "[exports]\nget = \"() -> s32\"\nextra = \"() -> s32\"\n";
    let project =
        Project::of_plugin(&format!("[zig]\noptions = [\"-Dextra=true\"]\n\n{exports}"), &files);
    project.built(&[]);
    project.write("p/plugin.toml", exports);
    says(&project.failure("p"), &["R009", "`options = [\"-DNAME=VALUE\"]`", "-Dextra=[bool]"]);
    project.write("p/plugin.toml", "[zig]\noptions = [\"-Dextar=true\"]\n");
    says(&project.failure("p"), &["the options of build.zig are: -Dextra=[bool]"]);
}
