const std = @import("std");

pub fn build(b: *std.Build) void {
    const counter = b.addExecutable(.{
        .name = "counter",
        .root_module = b.createModule(.{
            .root_source_file = b.path("src/main.zig"),
            .target = b.resolveTargetQuery(.{ .cpu_arch = .wasm32, .os_tag = .wasi }),
            .optimize = b.standardOptimizeOption(.{}),
        }),
    });
    // A reactor stays alive after `_initialize`, which is its entry point;
    // `.disabled` because a reactor needs no `main`.
    counter.wasi_exec_model = .reactor;
    counter.entry = .disabled;
    // Without this, the linker drops each `export fn` without a message.
    counter.rdynamic = true;
    b.installArtifact(counter);
}
