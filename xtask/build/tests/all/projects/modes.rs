//! Modes of Zig: `build-guests` asks for safety checks, and notes modules without them. Also the
//! places where a build.zig may install its module.

use super::project::{BUILD_ZIG, Project, says};

const MODE: &str = "b.standardOptimizeOption(.{})";

fn project(description: &str, build_zig: &str) -> Project {
    let source = "const values = [_]i32{ 1, 2, 3 };\n\nexport fn at(index: u32) i32 {\n    return \
                  values[index];\n}\n";
    let files = [("zig/build.zig", build_zig), ("zig/main.zig", source)];
    Project::of_plugin(description, &files)
}

#[test]
fn a_mode_without_checks_in_build_zig_is_built_and_noted() {
    for (mode, noted) in [
        (".ReleaseFast", "ReleaseFast"),
        (".ReleaseSmall", "ReleaseSmall"),
        ("b.standardOptimizeOption(.{ .preferred_optimize_mode = .ReleaseFast })", "ReleaseFast"),
        ("if (b.option(bool, \"x\", \"x\") orelse true) .ReleaseSmall else .Debug", "ReleaseSmall"),
    ] {
        let notes = project("", &BUILD_ZIG.replace(MODE, mode)).notes();
        assert_eq!(notes.len(), 1, "{mode}: {notes:?}");
        says(
            &notes[0],
            &["note[B004]", "`root`", noted, "out of bounds", "standardOptimizeOption"],
        );
    }
    // build.zig declares the option, and ignores its value.
    let offered =
        format!("offered: {{\n        _ = {MODE};\n        break :offered .ReleaseFast;\n    }}");
    let notes = project("", &BUILD_ZIG.replace(MODE, &offered)).notes();
    says(&notes.join("\n"), &["note[B004]", "ReleaseFast"]);
    for mode in [MODE, ".ReleaseSafe", ".Debug"] {
        let notes = project("", &BUILD_ZIG.replace(MODE, mode)).notes();
        assert!(notes.is_empty(), "{mode}: {notes:?}");
    }
}

#[test]
fn an_inner_module_without_checks_is_noted() {
    let module = "    p.root_module.addImport(\"fast\", b.createModule(.{ .root_source_file = \
                  b.path(\"fast.zig\"), .optimize = .ReleaseFast }));\n    p.wasi";
    let project = project("", &BUILD_ZIG.replace("    p.wasi", module));
    project.write("p/zig/fast.zig", "pub const value = 7;\n");
    project
        .write("p/zig/main.zig", "export fn get() i32 {\n    return @import(\"fast\").value;\n}\n");
    says(&project.notes().join("\n"), &["note[B004]", "`fast`", "ReleaseFast"]);
}

#[test]
fn a_mode_that_the_plugins_settings_choose_is_not_noted() {
    let description = "[zig]\noptions = [\"-Doptimize=ReleaseSmall\"]\n";
    assert!(project(description, BUILD_ZIG).notes().is_empty());
}

#[test]
fn a_module_is_found_wherever_it_is_installed() {
    for (place, install) in [
        (
            "plugins",
            "b.addInstallArtifact(p, .{ .dest_dir = .{ .override = .{ .custom = \"PLACE\" } } })",
        ),
        (
            "../plugins",
            "b.addInstallArtifact(p, .{ .dest_dir = .{ .override = .{ .custom = \"PLACE\" } } })",
        ),
        ("", "b.addInstallArtifact(p, .{ .dest_dir = .{ .override = .prefix } })"),
        ("x/y", "b.addInstallFile(p.getEmittedBin(), \"PLACE/p.wasm\")"),
    ] {
        let step = install.replace("PLACE", place);
        let step = format!("b.getInstallStep().dependOn(&{step}.step)");
        let project = project("", &BUILD_ZIG.replace("b.installArtifact(p)", &step));
        project.built(&[]);
        assert_eq!(project.exports("zig/p"), ["at"], "{place}");
    }
}

#[test]
fn of_several_modules_the_one_with_the_plugins_name_is_taken() {
    let both = |names: [&str; 2]| {
        let install = |name: &str| {
            format!(
                "b.getInstallStep().dependOn(&b.addInstallFile(p.getEmittedBin(), \"{name}.wasm\").step);\n"
            )
        };
        BUILD_ZIG.replace("b.installArtifact(p);", &names.map(install).concat())
    };
    project("", &both(["a/p", "b/other"])).built(&[]);
    for names in [["a/one", "b/two"], ["a/p", "b/p"]] {
        let error = project("", &both(names)).failure("p");
        says(
            &error,
            &["installs 2 modules", names[0], names[1], "name exactly one of them `p.wasm`"],
        );
    }
}
