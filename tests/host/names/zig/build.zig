const std = @import("std");
const polyreactor = @import("polyreactor");

pub fn build(b: *std.Build) void {
    // Builds a WASI reactor and keeps its exports.
    _ = polyreactor.addPlugin(b, .{
        .name = "names",
        .root_source_file = b.path("src/main.zig"),
        .optimize = b.standardOptimizeOption(.{}),
    });
}
