//! Settings of the machine do not change plugins, and a note names each that is ignored.

use std::fs;

use super::project::{BUILD_ZIG, GO_MOD, Project, ROOT, exporting, go_program, package, says};

fn go() -> Project {
    Project::of_plugin(
        "",
        &[
            ("go/go.mod", GO_MOD),
            ("go/main.go", &go_program("get", "func main() {}")),
            ("go/extra.go", "//go:build extra\n\npackage main\n\nfunc init() { n = 20 }\n"),
        ],
    )
}

#[test]
fn settings_that_go_env_has_saved_are_ignored_and_noted() {
    let project = go();
    let empty = tempfile::tempdir().expect("a folder can be made");
    let clean = empty.path().to_string_lossy().into_owned();
    project.run(&[("XDG_CONFIG_HOME", &clean), ("GOENV", ""), ("GOFLAGS", "")]);
    let built = project.bytes("go/p");

    // Through `GOENV`, and through the file's default path, which is another one on other systems.
    let file = empty.path().join("go/env");
    fs::create_dir_all(file.parent().expect("a file in a folder")).expect("it can be made");
    fs::write(&file, "GOFLAGS=-tags=extra\nGOEXPERIMENT=nogreenteagc\nGOTOOLCHAIN=go1.0.1\n")
        .expect("it can be written");
    let place = file.to_string_lossy().into_owned();
    for environment in [&[("GOENV", &*place)][..], &[("XDG_CONFIG_HOME", &clean), ("GOENV", "")]] {
        if cfg!(not(target_os = "linux")) && environment.len() > 1 {
            continue;
        }
        let said = project.run(environment);
        assert_eq!(project.bytes("go/p"), built, "{environment:?}");
        says(&said, &[&*format!("GOFLAGS is saved in {place}"), "`tags` and `ldflags`"]);
        says(&said, &["GOEXPERIMENT is saved in", "GOTOOLCHAIN is saved in"]);
    }
    let said = project.run(&[("GOENV", "off")]);
    assert!(!said.contains("is saved in"), "{said}");
}

#[test]
fn settings_that_go_needs_to_fetch_modules_are_kept() {
    let project = go();
    project.write("p/go/go.mod", &format!("{GO_MOD}\nrequire example.test/dep v1.0.0\n"));
    project.write(
        "p/go/go.sum",
        "example.test/dep v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\
         example.test/dep v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    );
    project.write("p/go/use.go", "package main\n\nimport _ \"example.test/dep\"\n");
    let proxy = project.path().join("proxy");
    fs::create_dir_all(&proxy).expect("it can be made");
    let url = format!("file://{}", proxy.display().to_string().replace(' ', "%20"));
    project.write("env", &format!("GOPROXY={url}\nGONOSUMDB=example.test\n"));
    let file = project.path().join("env").to_string_lossy().into_owned();
    for environment in [&[("GOENV", &*file), ("GOPROXY", "")][..], &[("GOPROXY", &url)]] {
        let output = project.command(environment).output().expect("the program can be run");
        assert!(!output.status.success());
        says(&String::from_utf8_lossy(&output.stderr), &["example.test/dep", "reading file:///"]);
    }
}

#[test]
fn variables_for_go_are_ignored_and_noted() {
    let project = go();
    project.run(&[("GOENV", "off"), ("GOFLAGS", "")]);
    let built = project.bytes("go/p");
    let said = project.run(&[
        ("GOENV", "off"),
        ("GOFLAGS", "-tags=extra"),
        ("GOTOOLCHAIN", "local"),
        ("GOFIPS140", "latest"),
    ]);
    assert_eq!(project.bytes("go/p"), built);
    for name in ["GOFLAGS", "GOTOOLCHAIN", "GOFIPS140"] {
        says(&said, &[&*format!("note: {name} is set in the environment")]);
    }
}

fn rust() -> Project {
    let source = format!(
        "#[cfg(extra)]\n{}{}",
        exporting("extra"),
        "#[unsafe(no_mangle)]\npub extern \"C\" fn sum(n: i32) -> i32 {\n    \
         (0..n).map(|x| x ^ n).sum::<i32>() + i32::from(cfg!(debug_assertions))\n}\n"
    );
    Project::of_plugin(
        "",
        &[("rust/Cargo.toml", &package("p", "0.1.0", "[workspace]")), ("rust/src/lib.rs", &source)],
    )
}

/// Cargo sets some of these variables for a build script, which may build plugins with `embed`.
#[test]
fn variables_for_rustc_are_noted_unless_cargo_has_set_them() {
    let project = rust();
    project.run(&[]);
    let built = project.bytes("rust/p");
    let dropped = [
        ("CARGO_ENCODED_RUSTFLAGS", "--cfg=extra"),
        ("RUSTC", "/no/rustc"),
        ("RUSTC_WORKSPACE_WRAPPER", "/no/wrapper"),
    ];
    let said = project.run(&dropped);
    assert_eq!(project.bytes("rust/p"), built);
    for (name, _) in dropped {
        says(&said, &[&*format!("note: {name} is set in the environment, but plugins are built")]);
    }
    let in_build_script = [&dropped[..], &[("OUT_DIR", "/x"), ("NUM_JOBS", "2")]].concat();
    let said = project.run(&in_build_script);
    assert!(!said.contains("is set in the environment"), "{said}");
    assert_eq!(project.bytes("rust/p"), built);
}

/// A wrapper is run: it may be a cache. `env` is a wrapper that changes nothing.
#[test]
#[cfg(unix)]
fn a_wrapper_of_rustc_is_run_and_noted() {
    let project = rust();
    let said = project.run(&[("RUSTC_WRAPPER", "env")]);
    says(&said, &["note: RUSTC_WRAPPER is set in the environment, and plugins are built with it"]);
    let output = project.command(&[("RUSTC_WRAPPER", "/no/wrapper")]).output();
    assert!(!output.expect("the program can be run").status.success());
}

#[test]
fn variables_for_cargo_are_ignored_and_noted() {
    let project = rust();
    project.run(&[]);
    let built = project.bytes("rust/p");
    let said = project.run(&[
        ("RUSTFLAGS", "--cfg=extra"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
        ("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true"),
        ("CARGO_BUILD_TARGET", "x86_64-unknown-none"),
    ]);
    assert_eq!(project.bytes("rust/p"), built);
    says(
        &said,
        &[
            "note: RUSTFLAGS is set in the environment",
            "`[target.wasm32-wasip1]`",
            "CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS, CARGO_PROFILE_RELEASE_OPT_LEVEL are set",
            "CARGO_BUILD_TARGET is set",
        ],
    );
}

#[test]
fn the_configuration_in_cargo_home_is_ignored_and_noted() {
    let project = rust();
    let home = tempfile::tempdir().expect("a folder can be made");
    let place = home.path().to_string_lossy().into_owned();
    project.run(&[("CARGO_HOME", &place)]);
    let built = project.bytes("rust/p");
    let user = "[build]\nrustflags = [\"--cfg=extra\"]\n\n[profile.release]\nopt-level = 0\n\
                debug-assertions = true\n\n[profile.release.package.x]\nopt-level = 1\n";
    fs::write(home.path().join("config.toml"), user).expect("it can be written");
    let said = project.run(&[("CARGO_HOME", &place)]);
    assert_eq!(project.bytes("rust/p"), built);
    says(
        &said,
        &[
            "note: plugins are built without build.rustflags, profile.release.",
            "which other machines do not have",
            "profile.release.package of ",
            "changes the plugins that are built on this machine",
        ],
    );
    // The same setting in the project's own files is obeyed.
    project.write("p/rust/.cargo/config.toml", "[build]\nrustflags = [\"--cfg=extra\"]\n");
    project.run(&[("CARGO_HOME", &place)]);
    assert_eq!(project.exports("rust/p"), ["extra", "sum"]);
}

#[test]
fn variables_for_zig_are_ignored_and_noted() {
    let project = Project::new(&[
        ("Cargo.toml", ROOT),
        ("p/plugin.toml", ""),
        ("p/zig/build.zig", BUILD_ZIG),
        ("p/zig/main.zig", "export fn get() i32 {\n    return 7;\n}\n"),
    ]);
    project.run(&[]);
    let built = project.bytes("zig/p");
    let elsewhere = project.path().join("elsewhere").to_string_lossy().into_owned();
    let said =
        project.run(&[("DESTDIR", &elsewhere), ("ZIG_LIB_DIR", &elsewhere), ("CPATH", &elsewhere)]);
    assert_eq!(project.bytes("zig/p"), built);
    assert!(!project.path().join("elsewhere").exists());
    says(&said, &["note: ZIG_LIB_DIR is set", "note: DESTDIR is set", "note: CPATH is set"]);
}
