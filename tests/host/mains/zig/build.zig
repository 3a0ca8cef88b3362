const std = @import("std");

pub fn build(b: *std.Build) void {
    const mains = b.addExecutable(.{
        .name = "mains",
        .root_module = b.createModule(.{
            .root_source_file = b.path("src/main.zig"),
            .target = b.resolveTargetQuery(.{ .cpu_arch = .wasm32, .os_tag = .wasi }),
            .optimize = b.standardOptimizeOption(.{}),
        }),
    });
    mains.wasi_exec_model = .reactor;
    mains.entry = .disabled;
    mains.rdynamic = true;
    b.installArtifact(mains);
}
