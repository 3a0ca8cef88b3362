const std = @import("std");

pub fn build(b: *std.Build) void {
    const faults = b.addExecutable(.{
        .name = "faults",
        .root_module = b.createModule(.{
            .root_source_file = b.path("src/main.zig"),
            .target = b.resolveTargetQuery(.{ .cpu_arch = .wasm32, .os_tag = .wasi }),
            .optimize = b.standardOptimizeOption(.{}),
        }),
    });
    // A reactor stays alive after it is initialised: its entry is
    // `_initialize`, and a `main` is not asked for.
    faults.wasi_exec_model = .reactor;
    faults.entry = .disabled;
    // Without this, `export fn` is compiled and then dropped, silently.
    faults.rdynamic = true;
    b.installArtifact(faults);
}
