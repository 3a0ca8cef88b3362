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

/// Zig before 0.17 goes by the mode of the root module in all modules of a compilation; later
/// versions go by each module's own mode.
#[test]
fn the_note_on_an_inner_module_is_true_for_the_version() {
    let with_mode = |mode| {
        let module = format!(
            "    p.root_module.addImport(\"inner\", b.createModule(.{{ .root_source_file = \
             b.path(\"inner.zig\"), .optimize = {mode} }}));\n    p.wasi"
        );
        BUILD_ZIG.replace("    p.wasi", &module)
    };
    let build = |build_zig: &str| {
        let project = project("", build_zig);
        project.write("p/zig/inner.zig", "pub const value = 7;\n");
        project.write(
            "p/zig/main.zig",
            "export fn get() i32 {\n    return @import(\"inner\").value;\n}\n",
        );
        let outcome = project.built(&[]);
        let notes: Vec<_> = outcome.notes.into_iter().map(|(_, note)| note).collect();
        (outcome.built[0].0.compiler.version.clone(), notes.join("\n"))
    };
    let (keeps, loses) = ("keeps the safety checks", ", without safety checks");
    let (version, inner_fast) = build(&with_mode(".ReleaseFast"));
    let (_, root_fast) = build(&with_mode(".ReleaseSafe").replace(MODE, ".ReleaseFast"));
    // The Zig under test decides which half runs; `cargo xtask drift` runs the test with each.
    if ["0.14.", "0.15.", "0.16."].iter().any(|before| version.starts_with(before)) {
        let zig = format!("Zig {version}");
        says(&inner_fast, &["`inner` as ReleaseFast", keeps, &zig, "-Doptimize=ReleaseSafe"]);
        assert!(!inner_fast.contains(loses), "{inner_fast}");
        let modes = "the module `root` as ReleaseFast, the module `inner` as ReleaseFast";
        says(&root_fast, &[modes, loses]);
    } else {
        says(&inner_fast, &["`inner` as ReleaseFast", loses]);
        assert!(!inner_fast.contains("`root`") && !inner_fast.contains(keeps), "{inner_fast}");
        says(&root_fast, &["the module `root` as ReleaseFast", loses]);
        assert!(!root_fast.contains("`inner`"), "{root_fast}");
    }
}

/// A build.zig whose module also links what these lines add to it.
fn linking(lines: &str) -> Project {
    let build_zig = BUILD_ZIG.replace("    p.wasi", &format!("{lines}    p.wasi"));
    let project = project("", &build_zig);
    project.write("p/zig/linked.zig", "export fn linked() i32 {\n    return 7;\n}\n");
    project.write("p/zig/linked.c", "int linked(void) { return 7; }\n");
    project.write(
        "p/zig/main.zig",
        "extern fn linked() i32;\n\nexport fn get() i32 {\n    return linked();\n}\n",
    );
    project
}

const FAST: &str = "b.createModule(.{ .root_source_file = b.path(\"linked.zig\"), .target = \
                    p.root_module.resolved_target, .optimize = .ReleaseFast })";

#[test]
fn linked_code_without_checks_is_noted() {
    for (lines, part) in [
        (
            "p.root_module.linkLibrary(b.addLibrary(.{ .name = \"inner\", .root_module = FAST }));",
            "the library `inner` as ReleaseFast",
        ),
        (
            "p.root_module.addObject(b.addObject(.{ .name = \"inner\", .root_module = FAST }));",
            "the object `inner` as ReleaseFast",
        ),
        (
            "const o = b.addObject(.{ .name = \"inner\", .root_module = FAST });\n\
             const l = b.addLibrary(.{ .name = \"outer\", .root_module = b.createModule(.{ .target = \
             p.root_module.resolved_target, .optimize = .ReleaseSafe }) });\n\
             l.root_module.addObject(o);\np.root_module.linkLibrary(l);",
            "the object `inner` as ReleaseFast",
        ),
    ] {
        let notes = linking(&lines.replace("FAST", FAST)).notes();
        assert_eq!(notes.len(), 1, "{lines}: {notes:?}");
        says(&notes[0], &["note[B004]", part, ", without safety checks"]);
        let safe = linking(&lines.replace("FAST", &FAST.replace("ReleaseFast", "ReleaseSafe")));
        assert!(safe.notes().is_empty(), "{lines}");
    }
    // C has no safety checks to lose.
    let c = "const l = b.addLibrary(.{ .name = \"c\", .root_module = b.createModule(.{ .target = \
             p.root_module.resolved_target, .optimize = .ReleaseFast }) });\n\
             l.root_module.addCSourceFile(.{ .file = b.path(\"linked.c\") });\n\
             p.root_module.linkLibrary(l);";
    assert!(linking(c).notes().is_empty());
}

/// Zig prints such a command only when the command runs, which a second build need not do.
#[test]
fn code_that_build_zig_compiles_with_a_command_is_noted() {
    let object = "const run = b.addSystemCommand(&.{ b.graph.zig_exe, \"build-obj\", \"-O\", \
                  \"ReleaseFast\", \"-target\", \"wasm32-wasi\" });\n\
                  run.addFileArg(b.path(\"linked.zig\"));\n\
                  p.root_module.addObjectFile(run.addPrefixedOutputFileArg(\"-femit-bin=\", \
                  \"own.o\"));";
    let start = BUILD_ZIG.find("    const p").expect("the executable");
    let executable = "    const run = b.addSystemCommand(&.{ b.graph.zig_exe, \"build-exe\", \"-O\", \
                      \"ReleaseFast\", \"-target\", \"wasm32-wasi\", \"-mexec-model=reactor\", \
                      \"-fno-entry\", \"-rdynamic\", \"--name\", \"p\" });\n\
                      run.addFileArg(b.path(\"main.zig\"));\n\
                      const module = run.addPrefixedOutputFileArg(\"-femit-bin=\", \"p.wasm\");\n\
                      b.getInstallStep().dependOn(&b.addInstallBinFile(module, \"p.wasm\").step);\n}\n";
    for (project, parts) in [
        (linking(object), ["links `own.o`", "cannot see", "`b.addObject`"]),
        (
            project("", &format!("{}{executable}", &BUILD_ZIG[..start])),
            ["zig does not print", "cannot see", "`b.addExecutable`"],
        ),
    ] {
        for build in ["first", "second"] {
            let notes = project.notes();
            assert_eq!(notes.len(), 1, "{build}: {notes:?}");
            says(&notes[0], &["note[B004]"]);
            says(&notes[0], &parts);
        }
    }
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
