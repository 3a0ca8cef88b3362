const std = @import("std");

pub fn build(b: *std.Build) void {
    const tests = b.addExecutable(.{
        .name = "counter_tests",
        .root_module = b.createModule(.{
            .root_source_file = b.path("src/main.zig"),
            .target = b.resolveTargetQuery(.{ .cpu_arch = .wasm32, .os_tag = .wasi }),
            .optimize = b.standardOptimizeOption(.{}),
        }),
    });
    // A reactor stays alive after `_initialize`, which is its entry point;
    // `.disabled` because a reactor needs no `main`.
    tests.wasi_exec_model = .reactor;
    tests.entry = .disabled;
    // Without this, the linker drops each `export fn` without a message.
    tests.rdynamic = true;
    b.installArtifact(tests);
}
