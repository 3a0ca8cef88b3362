const std = @import("std");

pub fn build(b: *std.Build) void {
    const target = b.standardTargetOptions(.{});
    const optimize = b.standardOptimizeOption(.{});
    _ = b.addModule("polyreactor", .{ .root_source_file = b.path("src/polyreactor.zig") });

    const tests = b.addTest(.{ .root_module = b.createModule(.{
        .root_source_file = b.path("src/polyreactor.zig"),
        .target = target,
        .optimize = optimize,
    }) });
    const step = b.step("test", "Run the unit tests on this machine");
    step.dependOn(&b.addRunArtifact(tests).step);
}

pub const Plugin = struct {
    /// The name of the module's file, without `.wasm`.
    name: []const u8,
    /// The root source file, usually `b.path("src/main.zig")`.
    root_source_file: std.Build.LazyPath,
    /// The build mode, usually `b.standardOptimizeOption(.{})`.
    optimize: std.builtin.OptimizeMode,
};

/// Builds and installs a reactor for WASI preview 1 whose sources may `@import("polyreactor")`. The
/// caller may change every setting of the returned step.
pub fn addPlugin(b: *std.Build, plugin: Plugin) *std.Build.Step.Compile {
    const package = b.dependencyFromBuildZig(@This(), .{});
    const root = b.createModule(.{
        .root_source_file = plugin.root_source_file,
        .target = b.resolveTargetQuery(.{ .cpu_arch = .wasm32, .os_tag = .wasi }),
        .optimize = plugin.optimize,
    });
    root.addImport("polyreactor", package.module("polyreactor"));
    const compile = b.addExecutable(.{ .name = plugin.name, .root_module = root });
    // A reactor: it exports `_initialize` instead of `_start`, and needs no `main`.
    compile.wasi_exec_model = .reactor;
    compile.entry = .disabled;
    // Without this, the linker silently drops the exports.
    compile.rdynamic = true;
    b.installArtifact(compile);
    return compile;
}
